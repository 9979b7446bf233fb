"""The Celery app of the harness's workers and web processes; its messages are in a queue of the run's own."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.chaos.settings")
app = Celery("chaos")
app.conf.update(
    broker_url=os.environ.get("CHAOS_BROKER"),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_heartbeat=0,
    task_default_queue=os.environ.get("CHAOS_QUEUE", "chaos"),
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
)
app.set_default()
