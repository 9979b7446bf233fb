"""The shop's Celery app; pinax-stripe only requires a broker.

    EXAMPLE_DISPATCHER=celery celery --workdir example -A celery_app worker

The broker is RabbitMQ on this machine, unless EXAMPLE_BROKER names another one (``redis://127.0.0.1:6379/0``).
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")

app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
