"""``manage.py stripe_adopt`` on databases that the predecessors themselves have made."""

import csv
import json
import signal
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from pinax.stripe.models import Account, Customer, Event, RejectedDelivery
from pinax.stripe.testing import build
from tests.predecessors.adopting import CUSTOMERS, USUAL, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("predecessors")]

LINKED = {("cus_ada", "", "ada"), ("cus_ben", "", "ben"), ("cus_connected", "acct_1", "cyd")}
#: A run that is killed within the transaction of its second page.
KILLED = """
import os, signal
from django.core.management import call_command
from django.db import connection
from tests.predecessors.test_adopting import AtSecondPage
with connection.execute_wrapper(AtSecondPage(lambda: os.kill(os.getpid(), signal.SIGKILL))):
    call_command("stripe_adopt", "--batch", "2")
"""


class AtSecondPage:
    """Does something after the last statement of the second page of events, in its transaction."""

    def __init__(self, act):
        self.number, self.act = 0, act

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith("UPDATE") and connection.ops.quote_name("pinaxstripe_event") in sql:
            self.number += 1
            if self.number == 2:
                self.act()
        return result


def fingerprint():
    """Everything that this version has stored, without the times at which it was read or written."""
    return (
        sorted(Event.objects.values_list(*[field.attname for field in Event._meta.concrete_fields])),
        sorted(Customer.all_objects.values_list("stripe_id", "stripe_account", "livemode", "user_id", "synced_at")),
    )


def links():
    linked = Customer.objects.filter(user__isnull=False)
    return {*linked.values_list("stripe_id", "stripe_account", "user__username")}


@pytest.fixture(params=USUAL)
def left(request, made, stripe):
    with opened(made, stripe, request.param) as left:
        yield left


def test_customers_are_linked_and_processed_events_are_known(left, post_event, heard):
    said = left.adopt()

    assert links() == (set() if left.name == "pinax-stripe-light" else LINKED)
    assert "cus_purged" not in Customer.all_objects.values_list("stripe_id", flat=True)
    adopted = Event.objects.filter(processed=True, valid=True, deliveries=0)
    assert {*adopted.values_list("stripe_id", "kind")} == {(event["id"], event["type"]) for event in left.done}
    for event in left.done:
        row = Event.objects.get(stripe_id=event["id"])
        assert (row.kind, row.livemode, row.stripe_account) == (event["type"], True, event.get("account", ""))
        assert int(row.created.timestamp()) == event["created"]
        assert row.verification_note == f"adopted from {left.name.partition(' ')[0]}, which has processed it"
        assert row.received_at == row.processed_at
    assert f"{len(left.done)} recorded as processed, 0 recorded before, 1 not processed there" in said
    assert "Next: python manage.py stripe_sync" in said
    assert heard == []


def test_a_second_run_changes_nothing(left):
    first = left.adopt()
    before = fingerprint()

    said = left.adopt()

    assert fingerprint() == before
    assert f"0 recorded as processed, {len(left.done)} recorded before" in said
    assert "0 linked to their users" in said
    assert first != said


def test_a_dry_run_counts_the_same_and_writes_nothing(left):
    said = left.adopt("--dry-run")

    assert fingerprint() == ([], [])
    assert said.replace("would be ", "").splitlines()[:-1] == left.adopt().splitlines()[:-1]
    assert "Nothing was written." in said


@pytest.mark.parametrize("signed", [True, False])
def test_a_redelivery_of_an_adopted_event_calls_no_receiver(left, post_event, sign, settings, heard, signed):
    left.adopt()
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_new"] if signed else []

    for event in left.done:
        body = json.dumps(event).encode()
        assert post_event(body, **(sign(body, "whsec_new") if signed else {})).status_code == 200

    assert heard == []
    assert left.stripe.asked() == []
    assert {*Event.objects.values_list("deliveries", flat=True)} == {1}


def test_reconciliation_brings_what_failed_there_and_nothing_else(left, heard):
    left.adopt()

    call_command("stripe_reconcile", "--livemode", "--account", "acct_1", stdout=StringIO())
    call_command("stripe_reconcile", "--livemode", stdout=StringIO())

    assert {call.event.stripe_id for call in heard} == {left.failed["id"]}


def test_a_forged_delivery_of_an_adopted_event_does_no_harm(left, post_event, heard):
    left.adopt()
    before = fingerprint()
    event = left.done[0]

    contradicting = post_event({**event, "type": "invoice.paid"})
    other_content = post_event({**event, "data": {"object": {**event["data"]["object"], "name": "forged"}}})

    assert (contradicting.status_code, other_content.status_code) == (400, 200)
    assert RejectedDelivery.objects.get().event.stripe_id == event["id"]
    assert heard == []
    Event.objects.update(deliveries=0)
    assert fingerprint() == before


def test_the_import_fills_the_stubs_and_keeps_the_users(left):
    left.adopt()
    for one in CUSTOMERS:
        left.stripe.put(build("customer", id=one["id"]), account=one.get("account", ""), livemode=True)

    call_command("stripe_sync", "customer", "--livemode", stdout=StringIO())
    call_command("stripe_sync", "customer", "--livemode", "--account", "acct_1", stdout=StringIO())

    assert Customer.objects.filter(synced_at__isnull=True).count() == 0
    assert links() == (set() if left.name == "pinax-stripe-light" else LINKED)


def test_what_this_version_has_no_place_for_is_listed(left, tmp_path):
    path = tmp_path / "left.csv"

    said = left.adopt("--csv", str(path))

    rows = [*csv.DictReader(path.read_text("utf-8").splitlines())]
    if left.name == "pinax-stripe":
        ben = User.objects.get(username="ben")
        assert [(row["what"], row["stripe_id"], row["user"]) for row in rows] == [("account", "acct_1", str(ben.pk))]
        assert "left over: 1 accounts: an account has no user in this version" in said
    else:
        assert rows == []
    assert not Account.objects.exists()


def test_no_run_gives_a_customer_another_user(left, tmp_path):
    if left.name == "pinax-stripe-light":
        pytest.skip("it has no customers")
    cyd = User.objects.get(username="cyd")
    Customer.objects.create(stripe_id="cus_ada", livemode=True, user=cyd)

    said = left.adopt("--csv", str(tmp_path / "left.csv"))

    assert Customer.objects.get(stripe_id="cus_ada").user == cyd
    assert "left over: 1 customers: the customer has another user here" in said
    assert "cus_ada" in (tmp_path / "left.csv").read_text("utf-8")


@pytest.fixture
def ctrl_c():
    """Let SIGINT interrupt, as in a terminal: a process that a shell has started in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


def test_an_interrupted_run_is_continued(left, ctrl_c):
    at_second_page = AtSecondPage(ctrl_c)
    interrupted = pytest.raises(CommandError, match="run the same command again to continue")

    with connection.execute_wrapper(at_second_page), interrupted as stopped:
        left.adopt("--batch", "2")

    assert stopped.value.returncode == 130
    assert Event.objects.count() == 2
    assert f"{len(left.done) - 2} recorded as processed, 2 recorded before" in left.adopt("--batch", "2")
    assert Event.objects.count() == len(left.done)


def test_a_killed_run_is_continued(left):
    killed = left.database.manage("shell", "--command", KILLED)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert Event.objects.count() == 2
    assert f"{len(left.done) - 2} recorded as processed, 2 recorded before" in left.adopt("--batch", "2")
    assert Event.objects.count() == len(left.done)
