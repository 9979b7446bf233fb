"""A project that had pinax-stripe 4.4 or -light 5.0 installs this version, and runs ``migrate``."""

import re

import pytest

from tests.predecessors.databases import left_by

pytestmark = pytest.mark.django_db(transaction=True)

#: How many tables of its own each has, and whose rows it has.
PREDECESSORS = {
    "pinax_stripe_4_4_0": (16, "pinax_stripe_charge"),
    "pinax_stripe_light_5_0_0": (2, "pinax_stripe_event"),
}

#: What ``migrate`` goes by.
HISTORY = "SELECT app, name FROM django_migrations ORDER BY id"
#: What a project does with the tables.
USE = """
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from django.utils import timezone
from pinax.stripe.models import Charge, Customer, Event
from pinax.stripe.scope import Scope
from pinax.stripe.sync import sync_object
Event.objects.create(
    stripe_id="evt_1", kind="ping", livemode=True, created=timezone.now(), webhook_message={"note": "Käthe 😀"}
)
charge = {"id": "ch_1", "object": "charge", "livemode": True, "customer": "cus_1", "description": "for Käthe 😀"}
sync_object(charge, Scope(livemode=True))
Customer.objects.filter(stripe_id="cus_1").link(User.objects.get())
for codename in ("view_charge", "view_event", "view_payload"):
    permission = Permission.objects.get(codename=codename, content_type__app_label="pinax_stripe")
    User.objects.get().user_permissions.add(permission)
assert User.objects.get().has_perms(["pinax_stripe.view_charge", "pinax_stripe.view_payload"])
row = Charge.objects.get()
print(Event.objects.first().webhook_message["note"], row.description, row.customer.user)
call_command("check", databases=["default"])
call_command("showmigrations", "pinax_stripe")
"""


@pytest.fixture(params=PREDECESSORS)
def left(request, tmp_path):
    """The database of a predecessor, how many tables of its own it has, and one of them that has a row."""
    with left_by(request.param, tmp_path) as database:
        yield database, *PREDECESSORS[request.param]


def done(process):
    assert process.returncode == 0, process.stderr
    return process.stdout, process.stderr


def test_migrate_makes_tables_of_its_own_and_leaves_every_old_table_and_row_as_it_was(left):
    database, number, filled = left
    before = database.tables("pinax_stripe_")
    assert (len(before), len(before[filled][1])) == (number, 1)

    done(database.manage("migrate", "--verbosity", "0"))
    said, complaints = done(database.manage("shell", "--command", USE))

    assert database.tables("pinax_stripe_") == before
    assert len(database.tables("pinaxstripe_")) > 45
    assert "Käthe 😀 for Käthe 😀 ada" in said
    assert "[X] 0001_version_5" in said
    assert "pinax_stripe.W014" in complaints
    assert "stripe_adopt takes over what is only in these tables" in complaints

    if number > 2:  # of -light it would be the same
        done(database.manage("migrate", "pinax_stripe", "zero", "--verbosity", "0"))

        assert (database.tables("pinaxstripe_"), database.tables("pinax_stripe_")) == ({}, before)


def refused(database, unreleased):
    """Let a checkout have migrated the database so far, and return what ``migrate`` says then."""
    row = f"'pinax_stripe', '{unreleased}', '2026-01-01 00:00:00'"
    database.raw.cursor().execute(f"INSERT INTO django_migrations (app, name, applied) VALUES ({row})")
    database.raw.commit()
    before = database.tables("")

    process = database.manage("migrate", "--verbosity", "0")

    assert process.returncode != 0
    assert database.tables("") == before
    return process.stderr


def test_a_checkout_that_stopped_half_way_over_old_tables_is_taken_out_of_the_history(left):
    database, *_ = left
    before = database.tables("pinax_stripe_"), database.ask(HISTORY)

    said = refused(database, "0002_import_progress")

    assert "migrate to zero with that checkout: it would drop the old tables" in said
    assert database.ask(HISTORY) != before[1]
    database.raw.cursor().execute(re.search(r"DELETE FROM .*;", said)[0])
    database.raw.commit()
    assert (database.tables("pinax_stripe_"), database.ask(HISTORY)) == before


def test_what_an_unreleased_checkout_has_migrated_is_refused_before_anything_is_written(tmp_path):
    with left_by("pinax_stripe_light_5_0_0", tmp_path) as database:
        database.raw.cursor().execute("DELETE FROM django_migrations WHERE app = 'pinax_stripe' AND name LIKE '%auto%'")

        said = refused(database, "0012_paused")

        assert "0012_paused" in said
        assert "With that checkout, run: manage.py migrate pinax_stripe zero" in said
