"""Facts of the tests of reconciliation, and of commands that run as a service."""

import signal

import pytest

from pinax.stripe.imports import rate_limiter
from pinax.stripe.operations.reconcile import reconcile
from pinax.stripe.operations.reconcile_stats import ReconcileStats
from pinax.stripe.scope import Scope

TEST = Scope("", livemode=False)


@pytest.fixture
def sweep(stripe, monkeypatch):
    """Sweep an account and mode; returns what came of it."""
    monkeypatch.setattr(rate_limiter, "sleep", lambda seconds: None)

    def sweep(scope=TEST, **options):
        stats = ReconcileStats("events")
        reconcile(scope, rate_limiter.RateLimiter(rate=1_000_000), stats, **{"report": lambda stats: None, **options})
        return stats

    return sweep


@pytest.fixture
def signals_as_before():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
