"""Databases of earlier versions: pinax-stripe 3 and 4, pinax-stripe-light, and unreleased checkouts of 5.

They have the same app label, but no tables or migrations of the same names. So ``migrate`` creates the tables of this
version beside theirs, and leaves theirs alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.checks import Error, Tags, Warning, register  # noqa: A004  (Django's own name for it)
from django.core.management.base import CommandError
from django.db import DatabaseError, connections, transaction

from pinax.stripe.checks.databases import checked_database

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.core.checks import CheckMessage

LABEL: Final = "pinax_stripe"
#: The first migration of this version.
FIRST: Final = "0001_version_5"
#: The prefix of the predecessors' tables; that of this version is ``pinaxstripe_``.
PREFIX: Final = "pinax_stripe_"
#: Migrations of this version that were never released; their tables had the predecessors' prefix.
UNRELEASED: Final = frozenset(
    """
    0002_import_progress 0003_invoice_tax 0004_retries 0005_event_replay 0006_reconciliation 0007_status_indexes
    0008_refusals 0009_retention 0010_redaction 0011_imports 0012_paused
    """.split()
)
#: The first migration of every release of pinax-stripe and -light, and of unreleased checkouts of this version.
SHARED: Final = "0001_initial"
#: The other migrations of pinax-stripe 3.0 to 4.4, and of pinax-stripe-light 5.0.
RELEASED: Final = frozenset(
    """
    0002_auto_20151205_1451 0003_make_cvc_check_blankable 0004_plan_metadata 0005_auto_20161006_1445 0006_coupon
    0007_auto_20170108_1202 0008_auto_20170509_1736 0009_auto_20170825_1841 0010_connect 0011_auto_20171121_1648
    0011_auto_20171123_2016 0013_charge_outcome 0014_auto_20180413_1959 0014_blank_with_null

    0002_auto_20211126_1416 0003_auto_20211127_0119
    """.split()
)


HALF_WAY: Final = """\
An unreleased checkout of pinax-stripe 5 has stopped half-way over the tables of pinax-stripe 4 or -light. Nothing was
changed now. Delete its rows, and run migrate once more:
DELETE FROM django_migrations WHERE app = 'pinax_stripe' AND name IN ({names});
Do not migrate to zero with that checkout: it would drop the old tables."""
UNRELEASED_TABLES: Final = """\
This database was migrated with an unreleased checkout of pinax-stripe 5: {names}.
This version has tables of other names, and would leave the events of that checkout behind. Nothing was changed now.
With that checkout, run: manage.py migrate pinax_stripe zero. To keep its tables for a look, delete the rows of
pinax_stripe in django_migrations instead. Then stripe_reconcile and stripe_sync bring back what Stripe still has."""


@register(Tags.database)
def old_tables(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """No tables of an earlier version are left."""
    alias = checked_database(databases)
    tables = _tables(alias) if alias else []
    if not tables:
        return []
    shown = ", ".join(tables[:3]) + (f" and {len(tables) - 3} more" if len(tables) > 3 else "")  # noqa: PLR2004
    return [
        Warning(
            f"Tables of an earlier version are still there: {shown}. This version does not use them.",
            hint="They are left alone. stripe_adopt takes over what is only in these tables, such as the user of a "
            "customer; then stripe_sync imports the objects from Stripe: see the docs, Coming from pinax-stripe 4. "
            "Drop the tables when you no longer need them, or silence this check.",
            id="pinax_stripe.W014",
        )
    ]


@register(Tags.database)
def old_dependencies(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """No migration of the project depends on one of an earlier version: ``NodeNotFoundError`` would give no hint."""
    if checked_database(databases) is None:
        return []
    names = [name for name, needed in _dependent().items() if needed & (RELEASED | {SHARED})]
    if not names:
        return []
    return [
        Error(
            f"Migrations that depend on migrations of pinax-stripe 4 or -light: {_listed(names)}.",
            hint=f'Let each depend on ("{LABEL}", "{FIRST}") instead. See the docs, Coming from pinax-stripe 4.',
            id="pinax_stripe.E016",
        )
    ]


@register(Tags.database)
def applied_too_early(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """No migration of the project was applied before the first one of this app, if it depends on it now.

    Django rejects such an inconsistent history.
    """
    alias = checked_database(databases)
    if alias is None:
        return []
    applied = _applied(alias)
    names = [name for name in _dependent() if name in applied]
    if not names or (LABEL, FIRST) in applied:
        return []
    modules = ", ".join(f'"{label}": None' for label in sorted({label for label, _name in names}))
    return [
        Error(
            f"Migrations that were applied before {LABEL}.{FIRST}, on which they depend: {_listed(names)}.",
            hint=f"Run migrate {LABEL} once with MIGRATION_MODULES = {{{modules}}}, then migrate as usual. "
            "See the docs, Coming from pinax-stripe 4.",
            id="pinax_stripe.E017",
        )
    ]


def refuse_unreleased_history(using: str, plan: Sequence[tuple[Any, bool]], **_sent: Any) -> None:
    """Stop ``migrate`` before it writes, if the database was migrated with an unreleased checkout of this version.

    Connected to ``pre_migrate``, which is sent before the first migration runs.

    Raises:
        CommandError: it was; the message says what to do.
    """
    forwards = {(migration.app_label, migration.name) for migration, backwards in plan if not backwards}
    if (LABEL, FIRST) not in forwards:
        return
    applied = {name for label, name in _applied(using) if label == LABEL}
    unreleased = sorted(applied & UNRELEASED)
    if not unreleased:
        return
    if applied & RELEASED:
        raise CommandError(HALF_WAY.format(names=", ".join(f"'{name}'" for name in unreleased)))
    raise CommandError(UNRELEASED_TABLES.format(names=", ".join(unreleased)))


def _dependent() -> dict[tuple[str, str], set[str]]:
    """Return the migrations of other apps that depend on this app, each with the migrations it depends on."""
    from django.db.migrations.loader import MigrationLoader  # a web process needs no migrations

    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    found = {
        key: {name for label, name in migration.dependencies if label == LABEL}
        for key, migration in sorted(loader.disk_migrations.items())
    }
    return {key: needed for key, needed in found.items() if needed and key[0] != LABEL}


def _listed(names: Sequence[tuple[str, str]]) -> str:
    return ", ".join(".".join(name) for name in names)


def _applied(alias: str) -> Collection[tuple[str, str]]:
    """Return the applied migrations; none if the query fails."""
    from django.db.migrations.recorder import MigrationRecorder  # a web process needs no migrations

    try:
        with transaction.atomic(alias):
            return MigrationRecorder(connections[alias]).applied_migrations()
    except DatabaseError:
        return ()


def _tables(alias: str) -> list[str]:
    """Return the tables of earlier versions, without those of installed apps; none if the query fails."""
    connection = connections[alias]
    try:
        with transaction.atomic(alias), connection.cursor() as cursor:
            found = set(connection.introspection.table_names(cursor))
    except DatabaseError:
        return []
    used = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return sorted(name for name in found - used if name.startswith(PREFIX))
