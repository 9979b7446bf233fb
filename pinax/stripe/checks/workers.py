"""The task queue, if one is used: it has workers and a broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.checks import Warning, register  # noqa: A004  (Django's own name for it)

from pinax.stripe.checks.settings import wrong
from pinax.stripe.conf import conf
from pinax.stripe.dispatch import CELERY, TASKS

if TYPE_CHECKING:
    from django.core.checks import CheckMessage


@register
def task_backend(**_options: Any) -> list[CheckMessage]:
    """If Django's tasks are the dispatcher, their backend has workers."""
    if conf.DISPATCHER != TASKS or wrong("DISPATCHER"):
        return []
    from pinax.stripe.dispatch.tasks import has_worker

    if has_worker():
        return []
    return [
        Warning(
            "PINAX_STRIPE_DISPATCHER names Django's tasks, and their backend has no workers.",
            hint="Set a backend with workers in TASKS, such as django_tasks_db.DatabaseBackend, or process inline.",
            id="pinax_stripe.W008",
        )
    ]


@register
def celery_app(**_options: Any) -> list[CheckMessage]:
    """If Celery is the dispatcher, the project has a Celery app, which configures the broker."""
    if conf.DISPATCHER != CELERY or wrong("DISPATCHER"):
        return []
    from pinax.stripe.dispatch.celery import has_app

    if has_app():
        return []
    return [
        Warning(
            "PINAX_STRIPE_DISPATCHER names Celery, and the project has no Celery app.",
            hint="Import your Celery app when Django starts, in the __init__.py next to the settings. Without it "
            "events are published to Celery's default broker.",
            id="pinax_stripe.W025",
        )
    ]
