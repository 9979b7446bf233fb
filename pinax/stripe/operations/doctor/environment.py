"""Findings about the examination itself, the database, the cache and what is kept."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from django.core.cache import cache

from pinax.stripe.conf import conf
from pinax.stripe.operations.doctor.finding import Severity, Symptom, diagnosis
from pinax.stripe.platforms import secrets_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.operations.doctor.facts import Facts

#: Isolation levels that are valid, but cost something.
_COSTLY: Final = {
    "serializable": "transactions conflict more often, and receivers are then called again",
    "read uncommitted": "receivers may see rows that are rolled back",
}


@diagnosis("doctor.incomplete", Severity.ERROR)
def incomplete(facts: Facts) -> Iterator[Symptom]:
    """Not everything could be examined: other faults may be hidden behind this one."""
    for problem in facts.problems:
        yield Symptom(f"{problem}.", "Correct the findings of the system checks first, then examine again.")


@diagnosis("database.isolation", Severity.WARNING)
def isolation(facts: Facts) -> Iterator[Symptom]:
    """Rows are right on every isolation level, but work outside the database may be done twice or too early."""
    costs = _COSTLY.get(facts.database.isolation)
    if costs:
        yield Symptom(
            f"The isolation level of the database {facts.database.alias!r} is {facts.database.isolation}: {costs}.",
            "Use READ COMMITTED, Django's default, unless the project needs another one; see the OPTIONS of DATABASES.",
        )


@diagnosis("database.time_zones", Severity.WARNING)
def time_zones(facts: Facts) -> Iterator[Symptom]:
    """Sums per month raise an error for time zones other than UTC, and so do lookups by date."""
    if not facts.database.knows_time_zones:
        yield Symptom(
            f"The database {facts.database.alias!r} has no time zone tables.",
            "Load them: mysql_tzinfo_to_sql /usr/share/zoneinfo | mysql -u root mysql",
        )


@diagnosis("database.sqlite_locks", Severity.WARNING)
def sqlite_locks(facts: Facts) -> Iterator[Symptom]:
    """Simultaneous deliveries fail with "database is locked", and are answered 503."""
    if not facts.database.begins_immediately:
        yield Symptom(
            f"Transactions of the SQLite database {facts.database.alias!r} do not take their lock at the beginning.",
            'Set "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20} in DATABASES.',
        )


@diagnosis("cache.does_not_count", Severity.WARNING)
def does_not_count(facts: Facts) -> Iterator[Symptom]:
    """Each process has a rate limit of its own for unsigned deliveries, so Stripe is asked more often than allowed."""
    if secrets_of(facts.platform) or conf.VALIDATION != "retrieve" or conf.VALIDATION_BUDGET is None:
        return
    key = f"pinax_stripe_doctor_{secrets.token_hex(8)}"
    try:
        cache.add(key, 0, 10)
        counted, problem = cache.incr(key), ""
        cache.delete(key)
    except Exception as error:  # noqa: BLE001  (each cache has errors of its own)
        counted, problem = None, f" ({type(error).__name__})"
    if counted != 1:
        yield Symptom(
            f"The default cache does not count{problem}.",
            "Use Redis or Memcached, or set PINAX_STRIPE_WEBHOOK_SECRETS: signed deliveries need no rate limit.",
        )


@diagnosis("retention.unset", Severity.WARNING)
def retention(_facts: Facts) -> Iterator[Symptom]:
    """The payloads of all events are kept forever, with the personal data in them, and the table grows."""
    if conf.EVENT_RETENTION_DAYS is None:
        yield Symptom(
            "PINAX_STRIPE_EVENT_RETENTION_DAYS is not set.",
            "Set a number of days, for example 90, and run stripe_prune every night.",
        )
