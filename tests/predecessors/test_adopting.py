"""``manage.py stripe_adopt`` on databases that the predecessors themselves have made."""

import csv
import json
import re
from contextlib import ExitStack, contextmanager
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection

from pinax.stripe.models import Account, Customer, Event, RejectedDelivery
from pinax.stripe.testing import FakeStripe, build, serve
from tests.predecessors import environments
from tests.predecessors.databases import copied, empty, used

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("predecessors")]

#: For tables that are made without migrations, which take half a minute.
WITHOUT_MIGRATIONS = {"settings": {"MIGRATION_MODULES": {"djstripe": None}}}
#: As long as dj-stripe wants it.
KEY = "sk_live_" + 24 * "0"
#: How each predecessor is run.
VARIANTS = {
    "pinax-stripe": ("pinax-stripe", {}),
    "pinax-stripe-light": ("pinax-stripe-light", {}),
    "dj-stripe 2.9": ("dj-stripe 2.9", WITHOUT_MIGRATIONS),
    "dj-stripe 2.11": ("dj-stripe 2.11", WITHOUT_MIGRATIONS),
    "dj-stripe 2.11, keys": ("dj-stripe 2.11", {"key": "djstripe_id", **WITHOUT_MIGRATIONS}),
}
CUSTOMERS = [
    {"id": "cus_ada", "user": "ada"},
    {"id": "cus_ben", "user": "ben"},
    {"id": "cus_nobody", "user": None},
    {"id": "cus_purged", "user": "cyd", "purged": True},
    {"id": "cus_connected", "user": "cyd", "account": "acct_1"},
]
#: What pinax-stripe 4 reads of a customer.
OF_2015 = {"account_balance": 0, "sources": {"data": []}, "subscriptions": {"data": []}}
LINKED = {("cus_ada", "", "ada"), ("cus_ben", "", "ben"), ("cus_connected", "acct_1", "cyd")}


class Left:
    """The database that a predecessor has left behind, and what has happened at Stripe."""

    def __init__(self, name):
        self.name = name
        happens = FakeStripe().event
        product = build("product", id="prod_1")
        self.done = [
            happens("product.created", product, livemode=True),
            happens("customer.created", {**build("customer", id="cus_ada"), **OF_2015}, livemode=True),
            happens("balance.available", {"object": "balance", "available": []}, livemode=True, store=False),
            happens("product.created", build("product", id="prod_2"), livemode=True, account="acct_1"),
        ]
        self.failed = happens("product.updated", product, livemode=True)

    def adopt(self, *options):
        out = StringIO()
        call_command("stripe_adopt", *options, stdout=out, stderr=out)
        return out.getvalue()


def fingerprint():
    """Everything that this version has stored, without the times at which it was read or written."""
    return (
        sorted(Event.objects.values_list(*[field.attname for field in Event._meta.concrete_fields])),
        sorted(Customer.all_objects.values_list("stripe_id", "stripe_account", "livemode", "user_id", "synced_at")),
    )


def links():
    linked = Customer.objects.filter(user__isnull=False)
    return {*linked.values_list("stripe_id", "stripe_account", "user__username")}


@pytest.fixture(scope="module")
def made(tmp_path_factory, django_db_setup, django_db_blocker):
    """Return the database of a variant, with the tables of this version beside; made once, and then copied."""
    kept, databases = ExitStack(), {}

    def made(variant):
        if variant not in databases:
            databases[variant] = kept.enter_context(made_by(variant, tmp_path_factory.mktemp("made")))
        return databases[variant]

    yield made
    with django_db_blocker.unblock():
        kept.close()


@contextmanager
def made_by(variant, folder):
    name, facts = VARIANTS[variant]
    environments.python_of(name)
    left = Left(name)
    with serve(FakeStripe(live_key=KEY)) as server, empty(folder, re.sub(r"\W+", "_", variant)) as database:
        server.fake.connect("acct_1")
        for event in [*left.done, left.failed]:
            for known in (event, event["data"]["object"]):
                if "id" in known:
                    server.fake.put(known, account=event.get("account", ""), livemode=True)
        answers = environments.run(
            name,
            database_for(database),
            stripe=server.url,
            secret_key=KEY,
            users=["ada", "ben", "cyd"],
            customers=CUSTOMERS,
            accounts=[{"id": "acct_1", "user": "ben"}, {"id": "acct_2", "user": None}],
            owners=[server.fake.account_id, "acct_1"],
            events=[*left.done, left.failed],
            **facts,
        )
        assert answers == [200] * len(left.done) + [500], answers
        migrated = database.manage("migrate", "--verbosity", "0")
        assert migrated.returncode == 0, migrated.stderr
        database.raw.close()
        yield left, database


@pytest.fixture(params=VARIANTS)
def left(request, made, tmp_path, stripe):
    if connection.vendor == "mysql":
        pytest.skip("the predecessors have no driver for it here; the dumps are read on it")
    left, template = made(request.param)
    left.stripe = stripe
    stripe.connect("acct_1")
    for event in [*left.done, left.failed]:
        stripe.put(event, account=event.get("account", ""), livemode=True)
    with copied(template, tmp_path) as database:
        before = old_tables(database)
        with used(database):
            yield left
        assert old_tables(database) == before


def old_tables(database):
    return {**database.tables("pinax_stripe_"), **database.tables("djstripe_")}


def database_for(database):
    """Return the settings of a database, for a project of any version of Django."""
    names = ("ENGINE", "USER", "PASSWORD", "HOST", "PORT")
    return {**{name: connection.settings_dict[name] for name in names}, "NAME": database.name}


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


def test_an_interrupted_run_is_continued(left, monkeypatch):
    from pinax.stripe.operations.adopt import events

    record, pages = events._record, []

    def dies(page, note):
        if pages:
            raise KeyboardInterrupt
        pages.append(page)
        return record(page, note)

    monkeypatch.setattr(events, "_record", dies)
    with pytest.raises(CommandError, match="run the same command again to continue") as stopped:
        left.adopt("--batch", "2")
    assert stopped.value.returncode == 130
    assert Event.objects.count() == 2

    monkeypatch.setattr(events, "_record", record)
    assert f"{len(left.done) - 2} recorded as processed, 2 recorded before" in left.adopt("--batch", "2")
    assert Event.objects.count() == len(left.done)
