"""What the check and the guard say, in the database of the tests."""

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from pinax.stripe.checks.character_sets import Column, findings
from pinax.stripe.checks.predecessors import FIRST, refuse_unreleased_history

pytestmark = pytest.mark.django_db(transaction=True)


def found(**options):
    return [message for message in run_checks(databases=["default"], **options) if message.id == "pinax_stripe.W014"]


@pytest.fixture
def old_tables():
    names = [f"pinax_stripe_{name}" for name in ("charge", "customer", "event", "invoice")]
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"CREATE TABLE {name} (id integer)")
    yield
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TABLE {name}")


def test_old_tables_are_named_and_no_others(old_tables):
    (message,) = found()

    assert "pinax_stripe_charge, pinax_stripe_customer, pinax_stripe_event and 1 more" in message.msg
    assert "pinaxstripe" not in message.msg


def test_without_old_tables_there_is_nothing_to_say():
    assert found() == []


def test_no_database_is_asked_unless_it_is_to_be_checked(old_tables):
    assert [message for message in run_checks() if message.id == "pinax_stripe.W014"] == []


#: What ``migrate`` is about to do.
FORWARDS = [(SimpleNamespace(app_label="pinax_stripe", name=FIRST), False)]
BACKWARDS = [(SimpleNamespace(app_label="pinax_stripe", name=FIRST), True)]
OTHERS = [(SimpleNamespace(app_label="auth", name="0001_initial"), False)]


@pytest.fixture
def unreleased():
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    recorder.record_applied("pinax_stripe", "0010_redaction")
    yield
    recorder.record_unapplied("pinax_stripe", "0010_redaction")


def test_the_guard_refuses_what_an_unreleased_checkout_has_migrated(unreleased):
    with pytest.raises(CommandError, match=r"(?s)0010_redaction.*Nothing was changed.*migrate pinax_stripe zero"):
        refuse_unreleased_history(using="default", plan=FORWARDS)


@pytest.mark.parametrize("plan", [BACKWARDS, OTHERS, []])
def test_the_guard_is_in_the_way_of_nothing_else(plan, unreleased):
    refuse_unreleased_history(using="default", plan=plan)


def test_every_index_and_constraint_has_a_name_that_no_earlier_version_has():
    """On PostgreSQL and SQLite, the names of indexes are those of a whole database."""
    models = apps.get_app_config("pinax_stripe").get_models()

    names = [part.name for model in models for part in [*model._meta.indexes, *model._meta.constraints]]

    assert len(names) > 90
    assert [name for name in names if not name.startswith("pinaxstripe_")] == []


def test_the_guard_lets_a_clean_database_pass():
    refuse_unreleased_history(using="default", plan=FORWARDS)


COLUMNS = [
    Column("pinaxstripe_coupon", "stripe_id", "varchar(255)", "NO", "utf8mb3", "utf8mb3_general_ci"),
    Column("pinaxstripe_coupon", "name", "varchar(255)", "YES", "utf8mb3", "utf8mb3_general_ci"),
]


def test_columns_of_ids_are_told_apart_in_what_the_hint_says():
    no_emoji, caseless = findings(COLUMNS, "utf8mb4", "utf8mb4")

    assert (no_emoji.id, caseless.id) == ("pinax_stripe.E014", "pinax_stripe.E015")
    assert "pinaxstripe_coupon.stripe_id, pinaxstripe_coupon.name:" in no_emoji.msg
    assert "`stripe_id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL" in no_emoji.hint
    assert "`name` varchar(255) CHARACTER SET utf8mb4 NULL;" in no_emoji.hint
    assert "coupon.name" not in caseless.msg


def test_the_defaults_of_the_database_and_of_the_connection_are_told_apart():
    right = Column("pinaxstripe_coupon", "stripe_id", "varchar(255)", "NO", "utf8mb4", "utf8mb4_bin")

    database, connection = findings([right], "utf8mb3", "latin1")

    assert "New tables of this database would use utf8mb3" in database.msg
    assert "The connection to the database uses latin1" in connection.msg
    assert list(findings([right], "utf8mb4", "utf8mb4")) == []
