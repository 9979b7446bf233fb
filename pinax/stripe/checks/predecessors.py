"""Databases that an earlier version has left behind: pinax-stripe 3 and 4, -light, and unreleased checkouts of 5.

They share the app label with this version, and neither a table nor a migration of the same name. So ``migrate`` makes
our tables beside theirs, and touches none of theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.checks import Tags, Warning, register  # noqa: A004  (Django's own name for it)
from django.core.management.base import CommandError
from django.db import DatabaseError, connections, transaction
from django.db.migrations.recorder import MigrationRecorder

from pinax.stripe.models import Event
from pinax.stripe.models.primary import primary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.checks import CheckMessage

LABEL: Final = "pinax_stripe"
#: Our first migration.
FIRST: Final = "0001_version_5"
#: How the names of the predecessors' tables begin; ours begin with ``pinaxstripe_``.
PREFIX: Final = "pinax_stripe_"
#: Migrations of this version that were in no release; their tables had the predecessors' names.
UNRELEASED: Final = frozenset(
    """
    0002_import_progress 0003_invoice_tax 0004_retries 0005_event_replay 0006_reconciliation 0007_status_indexes
    0008_refusals 0009_retention 0010_redaction
    """.split()
)


@register(Tags.database)
def old_tables(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """No tables of a predecessor are left."""
    alias = primary(Event)
    if alias not in (databases or ()):
        return []
    tables = _tables(alias)
    if not tables:
        return []
    shown = ", ".join(tables[:3]) + (f" and {len(tables) - 3} more" if len(tables) > 3 else "")  # noqa: PLR2004
    return [
        Warning(
            f"Tables of an earlier version are still there: {shown}. This version does not use them.",
            hint="They stay as they are. stripe_sync brings the objects back from Stripe; what only these tables know, "
            "such as the user of a customer, is yours to carry over: see the docs, Coming from pinax-stripe 4. "
            "Drop the tables when you need them no longer, or silence this check.",
            id="pinax_stripe.W014",
        )
    ]


def refuse_unreleased_history(using: str, plan: Sequence[tuple[Any, bool]], **_sent: Any) -> None:
    """Stop ``migrate`` before it writes, if an unreleased checkout of this version has migrated the database.

    Connected to ``pre_migrate``, which is sent before the first migration is run.

    Raises:
        CommandError: it has; the message says what to do.
    """
    forwards = {(migration.app_label, migration.name) for migration, backwards in plan if not backwards}
    if (LABEL, FIRST) not in forwards:
        return
    applied = MigrationRecorder(connections[using]).applied_migrations()
    unreleased = sorted(name for label, name in applied if label == LABEL and name in UNRELEASED)
    if unreleased:
        raise CommandError(
            f"This database was migrated with an unreleased checkout of pinax-stripe 5: {', '.join(unreleased)}. "
            "This version has tables of other names, and would leave those events behind. Nothing was changed. "
            "With that checkout, run: manage.py migrate pinax_stripe zero. If it had stopped half-way over the tables "
            "of pinax-stripe 4, delete these rows of django_migrations instead. stripe_reconcile and stripe_sync "
            "bring back what Stripe still has."
        )


def _tables(alias: str) -> list[str]:
    """Return the predecessors' tables; none if the database cannot be asked."""
    connection = connections[alias]
    try:
        with transaction.atomic(alias), connection.cursor() as cursor:
            return sorted(name for name in connection.introspection.table_names(cursor) if name.startswith(PREFIX))
    except DatabaseError:
        return []
