"""Metrics for Prometheus: the state of event processing, read from the database when they are scraped.

Needs the extra ``pinax-stripe[prometheus]``. Nothing is counted while events are processed, and no label has personal
data or anything that a forged delivery could choose.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError
from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector

from pinax.stripe.models import Event
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations.health import status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.registry import CollectorRegistry

    from pinax.stripe.operations.health import Status

logger = logging.getLogger("pinax.stripe")


def register(registry: CollectorRegistry = REGISTRY) -> StripeCollector:
    """Register the metrics, and return their collector; in the process whose metrics are scraped.

    Args:
        registry: the registry of prometheus-client.
    """
    collector = StripeCollector()
    registry.register(collector)
    return collector


class StripeCollector(Collector):
    """Collects the metrics: a fixed number of statements for each scrape, and none in between."""

    def describe(self) -> list[GaugeMetricFamily]:
        """Return nothing: registering reads nothing from the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the metrics; if the database cannot be queried, only that."""
        try:
            found = [*_of(status()), _failed_by_type()]
        except DatabaseError:
            logger.exception("the metrics could not be read")
            found = []
        yield GaugeMetricFamily("pinax_stripe_up", "Whether the metrics could be read from the database.", bool(found))
        yield from found


def _of(now: Status) -> Iterator[GaugeMetricFamily]:
    events = GaugeMetricFamily("pinax_stripe_events", "Events by state; one may be in several.", labels=["state"])
    for state in ("pending", "due", "failing", "given_up", "invalid_signed"):
        events.add_metric([state], getattr(now, state))
    events.add_metric(["skipped_without_key"], sum(now.skipped.values()))
    yield events
    yield _gauge("events_received_last_day", "Events that were recorded in the last 24 hours.", now.received)
    yield _gauge(
        "unreadable_deliveries", "Signed deliveries of the last 3 days that could not be read.", now.unreadable
    )
    age, idle = now.oldest_pending_age, now.process_idle
    yield _gauge(
        "oldest_pending_seconds", "The age of the oldest event that is retried.", age.total_seconds() if age else 0
    )
    if idle is not None:
        yield _gauge("process_idle_seconds", "How long ago stripe_process was active.", idle.total_seconds())
    behind = [now.behind(row).total_seconds() for row in now.reconciliations]
    if behind:
        yield _gauge("reconciliation_behind_seconds", "The age of the oldest cursor of stripe_reconcile.", max(behind))
    lag = GaugeMetricFamily(
        "pinax_stripe_lag_seconds",
        "From an event's creation to its delivery, in the last 24 hours.",
        labels=["quantile"],
    )
    for share, value in now.lag.items():
        if value is not None:
            lag.add_metric([str(share / 100)], value.total_seconds())
    yield lag


def _failed_by_type() -> GaugeMetricFamily:
    """Return the confirmed events that have failed, by type: only Stripe chooses the types of confirmed events."""
    failed = GaugeMetricFamily(
        "pinax_stripe_failed_events", "Pending events that have failed, by type.", labels=["kind"]
    )
    rows = from_primary(Event.objects.failed().filter(valid=True)).order_by().values_list("kind")
    for kind, number in rows.annotate(number=Count("pk")):
        failed.add_metric([kind], number)
    return failed


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"pinax_stripe_{name}", meaning, value)
