"""Children that have not changed are left as they are; those that are gone, changed or back are written."""

from functools import cache

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinax.stripe.models import Invoice, InvoiceLineItem, Subscription, SubscriptionItem
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def synced(stripe, post_event):
    """Sync an object by an event ten seconds after the one before; returns the statements that write items."""

    def synced(kind, carried):
        stripe.advance(10)
        with CaptureQueriesContext(connection) as captured:
            assert post_event(stripe.event(kind, carried)).status_code == 200
        written = [
            query["sql"] for query in captured.captured_queries if not query["sql"].startswith(("SELECT", "(SEL"))
        ]
        return [sql for sql in written if "pinaxstripe_subscriptionitem" in sql or "pinaxstripe_invoicelineitem" in sql]

    return synced


@cache
def item(number, **values):
    """The same item for the same values: builders take the time of the clock."""
    price = build("price", id="price_1", product="prod_1", created=1_760_000_000)
    dated = {"created": 1_760_000_000, **values}
    return build("subscription_item", id=f"si_{number}", subscription="sub_1", price=price, **dated)


def subscription(*items, **values):
    items = {"object": "list", "data": list(items), "has_more": False}
    return {**build("subscription", id="sub_1", **values), "items": items}


def living():
    return sorted(Subscription.objects.get().items.values_list("stripe_id", flat=True))


def test_unchanged_items_cost_no_statement_and_keep_the_moment_they_were_written(synced):
    synced("customer.subscription.created", subscription(item(1), item(2)))
    before = list(SubscriptionItem.objects.order_by("stripe_id").values())

    written = synced("customer.subscription.updated", subscription(item(1), item(2), metadata={"changed": "yes"}))

    assert written == []
    assert list(SubscriptionItem.objects.order_by("stripe_id").values()) == before
    assert Subscription.objects.get().data["metadata"] == {"changed": "yes"}


def test_only_the_item_that_has_changed_is_written(synced):
    synced("customer.subscription.created", subscription(item(1), item(2)))
    known = {row.stripe_id: row.synced_at for row in SubscriptionItem.objects.all()}

    written = synced("customer.subscription.updated", subscription(item(1), item(2, quantity=7)))

    now = {row.stripe_id: row for row in SubscriptionItem.objects.all()}
    assert len(written) == 1
    assert now["si_2"].quantity == 7
    assert (now["si_1"].synced_at, now["si_2"].synced_at > known["si_2"]) == (known["si_1"], True)


def test_an_item_that_is_gone_is_tombstoned_and_one_that_is_back_lives_again(synced):
    synced("customer.subscription.created", subscription(item(1), item(2)))

    synced("customer.subscription.updated", subscription(item(2)))
    without = living()
    synced("customer.subscription.updated", subscription(item(1), item(2)))

    assert (without, living()) == (["si_2"], ["si_1", "si_2"])


def test_a_list_that_is_empty_now_tombstones_all(synced):
    synced("customer.subscription.created", subscription(item(1), item(2)))

    synced("customer.subscription.updated", subscription())

    assert living() == []


def test_a_line_is_unchanged_only_on_its_own_invoice(synced):
    line = build("line_item", id="il_1", description="Postcards")
    lines = {"object": "list", "data": [line], "has_more": False}
    synced("invoice.created", {**build("invoice", id="in_1"), "lines": lines})
    synced("invoice.created", {**build("invoice", id="in_2"), "lines": {**lines, "data": []}})

    synced("invoice.updated", {**build("invoice", id="in_2"), "lines": lines})

    assert InvoiceLineItem.objects.get().invoice == Invoice.objects.get(stripe_id="in_2")


def test_lines_of_an_erased_invoice_are_erased_by_the_next_sync_even_if_they_have_not_changed(synced):
    line = build("line_item", id="il_1", description="Postcards")
    invoice = {**build("invoice", id="in_1"), "lines": {"object": "list", "data": [line], "has_more": False}}
    synced("invoice.created", invoice)
    Invoice.objects.update(erased_at=timezone.now())

    synced("invoice.updated", invoice)

    row = InvoiceLineItem.objects.get()
    assert (row.description, row.erased_at is not None) == ("", True)
