"""What a database on MySQL or MariaDB cannot hold or tell apart is named by a check, and its hint puts it right."""

import json
import re

import pytest
from django.core.checks import run_checks
from django.db import connection

from pinax.stripe.testing import build
from tests.predecessors.databases import left_by

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.loopback,
    pytest.mark.skipif(connection.vendor != "mysql", reason="the other databases hold every character"),
]

#: A project receives deliveries, and says how it answers and what it stores.
RECEIVE = """
import json
from django.test import Client, override_settings
from pinax.stripe.models import Coupon, Customer

with override_settings(PINAX_STRIPE_API_BASE={api_base!r}):
    responses = [Client().post("/stripe/webhook/", body, content_type="application/json") for body in {bodies!r}]
names = list(Customer.objects.values_list("name", flat=True))
coupons = sorted(f"{{coupon.stripe_id}} {{coupon.percent_off:.0f}}" for coupon in Coupon.objects.all())
print(json.dumps([[response.status_code for response in responses], names, coupons]))
"""
EVERYTHING = [[200, 200, 200], ["Käthe 😀"], ["SPRING 10", "spring 90"]]


@pytest.fixture
def database(tmp_path):
    with left_by("pinax_stripe_light_5_0_0", tmp_path) as database:
        yield database


@pytest.fixture
def run(database):
    """Execute a statement in the database."""

    def run(statement):
        database.raw.cursor().execute(statement)

    return run


@pytest.fixture
def deliver(database, stripe, settings):
    """Deliver an event with an emoji in a name, and coupons whose ids differ in nothing but case.

    What is returned are the answers, and what is stored then.
    """
    happened = [
        stripe.event("customer.created", build("customer", id="cus_1", name="Käthe 😀")),
        stripe.event("coupon.created", build("coupon", id="SPRING", percent_off=10)),
        stripe.event("coupon.created", build("coupon", id="spring", percent_off=90)),
    ]
    code = RECEIVE.format(api_base=settings.PINAX_STRIPE_API_BASE, bodies=[json.dumps(event) for event in happened])

    def deliver():
        process = database.manage("shell", "--verbosity", "0", "--command", code)
        assert process.returncode == 0, process.stderr
        return json.loads(process.stdout.splitlines()[-1])

    return deliver


def complaints(database, check):
    """Return what a check says: each message with its hint."""
    said = database.manage("check", "--database", "default").stderr
    return re.findall(rf"\({check}\) (.+(?:\n.+)*)", said)


def statements(complaint):
    found = re.findall(r"^ALTER TABLE .+;$", complaint, re.MULTILINE)
    assert found
    return found


def collations(database):
    return database.ask(
        "SELECT table_name, column_name, character_set_name, collation_name, is_nullable, column_type "
        "FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name LIKE 'pinaxstripe%' "
        "ORDER BY table_name, column_name"
    )


def test_a_database_in_utf8mb3_is_refused_before_its_tables_are_made(database, run):
    run(f"ALTER DATABASE {database.name} CHARACTER SET utf8mb3")

    refused = database.manage("migrate", "--verbosity", "0")

    assert refused.returncode != 0
    assert "pinax_stripe.E014" in refused.stderr
    assert "ALTER DATABASE … CHARACTER SET utf8mb4" in refused.stderr
    assert database.tables("pinaxstripe_") == {}


def test_tables_in_utf8mb3_answer_503_to_an_emoji_until_they_are_altered_as_the_hint_says(database, run, deliver):
    run(f"ALTER DATABASE {database.name} CHARACTER SET utf8mb3")
    database.manage("migrate", "--skip-checks", "--verbosity", "0")
    assert deliver() == [[503, 200, 200], [], ["SPRING 10", "spring 90"]]
    (complaint,) = complaints(database, "pinax_stripe.E014")

    for statement in statements(complaint):
        run(statement)
    run(f"ALTER DATABASE {database.name} CHARACTER SET utf8mb4")

    assert complaint.startswith("Columns that cannot hold every character: pinaxstripe_account.")
    assert complaints(database, "pinax_stripe.E01[45]") == []
    altered = collations(database)
    assert deliver() == EVERYTHING
    database.manage("migrate", "pinax_stripe", "zero", "--verbosity", "0")
    database.manage("migrate", "--verbosity", "0")
    assert altered == collations(database)


def test_ids_that_lost_their_collation_are_named_and_put_right_as_the_hint_says(database, run, deliver):
    database.manage("migrate", "--verbosity", "0")
    assert complaints(database, "pinax_stripe.E01[45]") == []
    for table in ("pinaxstripe_coupon", "pinaxstripe_event"):
        run(f"ALTER TABLE {table} CONVERT TO CHARACTER SET utf8mb4")
    (complaint,) = complaints(database, "pinax_stripe.E015")

    for statement in statements(complaint):
        run(statement)

    assert complaint.startswith("Columns of Stripe ids that ignore case: pinaxstripe_coupon.stripe_id")
    assert complaints(database, "pinax_stripe.E01[45]") == []
    assert deliver() == EVERYTHING


def test_a_connection_in_utf8mb3_is_named():
    with connection.cursor() as cursor:
        cursor.execute("SET NAMES utf8mb3")
        found = [message for message in run_checks(databases=["default"]) if message.id == "pinax_stripe.E014"]
        cursor.execute("SET NAMES utf8mb4")

    (message,) = found
    assert "The connection to the database uses utf8mb3" in message.msg
    assert '"OPTIONS": {"charset": "utf8mb4"}' in message.hint
