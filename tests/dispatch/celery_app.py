"""The Celery app of tests and of the workers that they start."""

import os

from celery import Celery


def make(broker, name):
    """Return an app whose messages nobody else sees, and whose failures are over in seconds."""
    made = Celery(f"tests-{name}")
    made.conf.update(
        broker_url=broker,
        broker_transport_options=options(broker, name),
        broker_connection_retry_on_startup=True,
        task_default_queue=name,
        task_annotations={"pinax.stripe.process": {"retry_backoff": 1}},
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
    )
    return made


def options(broker, name):
    if broker.startswith("redis"):
        return {"global_keyprefix": f"{name}:", "visibility_timeout": 1}
    return {"confirm_publish": True}


if "WORKER_BROKER" in os.environ:
    app = make(os.environ["WORKER_BROKER"], os.environ["WORKER_QUEUE"])
