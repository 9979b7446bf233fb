"""State without order: a row ends as Stripe's current object, however its events come."""

import pytest

from pinax.stripe.models import (
    Account,
    Card,
    Charge,
    Coupon,
    Customer,
    Discount,
    Event,
    Invoice,
    InvoiceLineItem,
    OtherObject,
    Subscription,
)
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def fetched(stripe):
    """The objects that were fetched, events apart."""

    def fetched():
        return [request.path for request in stripe.requests if not request.path.startswith("/v1/events/")]

    return fetched


def history(stripe, *names, apart=10):
    """Events of one customer whose name changes, some seconds apart."""
    customer = build("customer", id="cus_1")
    events = []
    for number, name in enumerate(names):
        kind = "customer.updated" if number else "customer.created"
        events.append(stripe.event(kind, {**customer, "name": name}))
        stripe.advance(apart)
    return events


def test_in_order_nothing_is_fetched(stripe, post_event, fetched):
    for body in history(stripe, "one", "two", "three"):
        assert post_event(body).status_code == 200

    assert (Customer.objects.get().name, fetched()) == ("three", [])


def test_an_old_snapshot_never_overwrites_a_newer_one(stripe, post_event, fetched, heard):
    first, second = history(stripe, "one", "two")

    post_event(second)
    post_event(first)

    assert Customer.objects.get().name == "two"
    assert fetched() == ["/v1/customers/cus_1"]
    assert [call.signal for call in heard] == ["customer.updated", "*", "customer.created", "*"]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
def test_within_one_second_the_current_state_is_fetched(order, stripe, post_event):
    bodies = history(stripe, "one", "two", "three", apart=0)

    for number in order:
        assert post_event(bodies[number]).status_code == 200

    assert Customer.objects.get().name == "three"


def test_a_fetched_copy_is_of_the_moment_of_the_answer(stripe, post_event, fetched):
    first, second, third = history(stripe, "one", "two", "three")
    post_event(second)
    post_event(first)  # in doubt: the answer is already "three"

    assert Customer.objects.get().name == "three"
    assert Customer.objects.get().as_of.timestamp() == stripe.now
    post_event(third)
    assert (Customer.objects.get().name, len(fetched())) == ("three", 1)


def test_an_event_of_the_second_of_the_question_is_still_in_doubt(stripe, post_event, fetched):
    first, second = history(stripe, "one", "two")
    post_event(second)
    post_event(first)
    asked_at = int(Customer.objects.get().fetched_at.timestamp())

    changed = stripe.event("customer.updated", build("customer", id="cus_1", name="three"), created=asked_at)
    post_event(changed)

    assert (Customer.objects.get().name, len(fetched())) == ("three", 2)


def test_a_burst_of_late_events_costs_one_fetch(stripe, post_event, fetched, heard):
    bodies = history(stripe, *(f"name {number}" for number in range(10)))
    post_event(bodies.pop())

    for body in reversed(bodies):
        assert post_event(body).status_code == 200

    assert (Customer.objects.get().name, fetched()) == ("name 9", ["/v1/customers/cus_1"])
    assert len(heard) == 20


def test_a_burst_of_late_events_of_what_is_gone_costs_one_fetch(stripe, post_event, fetched):
    bodies = history(stripe, "one", "two", "three")
    post_event(stripe.event("customer.deleted", build("customer", id="cus_1")))
    stripe.advance(10)

    for body in bodies:
        assert post_event(body).status_code == 200

    assert (Customer.objects.count(), fetched()) == (0, ["/v1/customers/cus_1"])


def test_a_deletion_before_its_update_stays_a_deletion(stripe, post_event):
    created, updated = history(stripe, "one", "two")
    deleted = stripe.event("customer.deleted", build("customer", id="cus_1"))

    for body in (created, deleted, updated):
        assert post_event(body).status_code == 200

    assert Customer.objects.count() == 0
    assert Customer.all_objects.deleted().get().stripe_id == "cus_1"
    assert Event.objects.filter(processed=True).count() == 3


def test_a_deletion_of_what_was_never_seen_leaves_a_tombstone(stripe, post_event):
    (updated,) = history(stripe, "one")
    deleted = stripe.event("customer.deleted", build("customer", id="cus_1"))

    post_event(deleted)
    post_event(updated)

    assert (Customer.objects.count(), Customer.all_objects.get().is_deleted) == (0, True)


def test_a_deletion_that_says_nothing_but_that_leaves_the_row_as_it_was(stripe, post_event):
    (created,) = history(stripe, "Ada")
    remains = {"id": "cus_1", "object": "customer", "deleted": True}

    post_event(created)
    assert post_event(stripe.event("customer.deleted", remains)).status_code == 200

    tombstone = Customer.all_objects.get()
    assert (tombstone.is_deleted, tombstone.name, tombstone.data["name"]) == (True, "Ada", "Ada")


def test_a_deletion_of_an_invoice_takes_its_lines_with_it(stripe, post_event):
    line = build("line_item", id="il_1")
    invoice = {**build("invoice", id="in_1"), "lines": {"object": "list", "data": [line], "has_more": False}}
    post_event(stripe.event("invoice.created", invoice))
    stripe.advance(10)

    post_event(stripe.event("invoice.deleted", {"id": "in_1", "object": "invoice", "deleted": True}))

    assert (Invoice.objects.count(), InvoiceLineItem.objects.count()) == (0, 0)


def test_what_a_row_knew_last_outlives_a_late_event_of_what_is_gone(stripe, post_event):
    first, second = history(stripe, "one", "two")
    post_event(second)
    stripe.remove("customer", "cus_1")

    with stripe.answering(status=404, body={"error": {"code": "resource_missing"}}, path="/v1/customers/*"):
        post_event(first)

    tombstone = Customer.all_objects.get()
    assert (tombstone.is_deleted, tombstone.name, tombstone.data["name"]) == (True, "two", "two")


def test_the_moment_of_a_deletion_stays(stripe, post_event):
    (updated,) = history(stripe, "one")
    deleted = stripe.event("customer.deleted", build("customer", id="cus_1"))
    post_event(deleted)
    stripe.advance(60)

    post_event(updated)

    assert Customer.all_objects.get().deleted_at.timestamp() == deleted["created"]


def test_a_deletion_of_a_kind_that_nobody_knows_is_one(stripe, post_event):
    post_event(stripe.event("flying.widget.deleted", build("flying.widget", id="fw_1"), store=False))

    assert (OtherObject.objects.count(), OtherObject.all_objects.count()) == (0, 1)


def test_an_account_that_has_disconnected_since_keeps_nothing_waiting(stripe, post_event, connect):
    stripe.connect("acct_1")
    customer = build("customer", id="cus_1")
    older = stripe.event("customer.updated", {**customer, "name": "one"}, account="acct_1")
    stripe.advance(10)
    post_event(stripe.event("customer.updated", {**customer, "name": "two"}, account="acct_1"))
    with stripe.answering(status=500, path="/v1/customers/*"):
        assert post_event(older).status_code == 503
    stripe.disconnect("acct_1")

    assert post_event(older).status_code == 200
    assert Customer.objects.get().name == "two"


def test_an_object_that_is_made_anew_under_its_old_id_comes_back(stripe, post_event):
    coupon = build("coupon", id="SUMMER")
    post_event(stripe.event("coupon.created", coupon))
    stripe.advance(10)
    post_event(stripe.event("coupon.deleted", coupon))
    stripe.advance(10)
    assert Coupon.objects.count() == 0

    post_event(stripe.event("coupon.created", coupon))

    assert Coupon.objects.get().stripe_id == "SUMMER"


def test_a_deleted_card_is_out_of_sight_and_its_charges_still_show_it(stripe, post_event):
    card = build("card", id="card_1", customer="cus_1")
    post_event(stripe.event("customer.source.created", card))
    post_event(stripe.event("charge.succeeded", build("charge", source=card)))
    stripe.advance(10)

    post_event(stripe.event("customer.source.deleted", card))

    assert (Card.objects.count(), Card.all_objects.deleted().get().stripe_id) == (0, "card_1")
    assert Charge.objects.get().source_id == "card_1"


def test_an_account_that_was_a_source_is_not_gone_with_it(stripe, post_event):
    post_event(stripe.event("account.updated", build("account", id=stripe.account_id)))
    stripe.advance(10)

    lost = stripe.event("customer.source.deleted", build("account", id=stripe.account_id), store=False)

    assert post_event(lost).status_code == 200
    assert Account.objects.get().stripe_id == stripe.account_id


def test_a_subscription_that_has_ended_is_not_a_deleted_one(stripe, post_event):
    subscription = build("subscription", status="canceled")

    post_event(stripe.event("customer.subscription.deleted", subscription))

    assert Subscription.objects.get().status == "canceled"


def test_where_stripe_cannot_be_asked_for_an_object_the_newest_wins(stripe, post_event, fetched):
    discount = build("discount", id="di_1", customer="cus_1")
    older = stripe.event("customer.discount.created", {**discount, "end": 1})
    stripe.advance(10)
    newer = stripe.event("customer.discount.updated", {**discount, "end": 2})

    post_event(newer)
    post_event(older)

    assert Discount.objects.get().data["end"] == 2
    assert fetched() == []


def test_where_stripe_cannot_be_asked_gone_stays_gone_within_the_second(stripe, post_event):
    discount = build("discount", id="di_1", customer="cus_1")
    deleted = stripe.event("customer.discount.deleted", discount)
    updated = stripe.event("customer.discount.updated", discount)

    post_event(deleted)
    assert post_event(updated).status_code == 200

    assert Discount.objects.count() == 0


def test_a_fetch_that_fails_is_tried_again_with_the_event(stripe, post_event):
    first, second = history(stripe, "one", "two")
    post_event(second)

    with stripe.answering(status=500, path="/v1/customers/*"):
        assert post_event(first).status_code == 503
    event = Event.objects.get(stripe_id=first["id"])
    assert (event.valid, event.processed, event.exceptions.get().stage) == (True, False, "fetch")

    assert post_event(first).status_code == 200
    assert Customer.objects.get().name == "two"


def test_an_answer_about_another_object_is_no_answer(stripe, post_event):
    first, second = history(stripe, "one", "two")
    post_event(second)

    with stripe.answering(status=200, body=build("customer", id="cus_2"), path="/v1/customers/*"):
        assert post_event(first).status_code == 503
    assert Customer.objects.get().stripe_id == "cus_1"


def test_latest_always_fetches(stripe, post_event, fetched, settings):
    settings.PINAX_STRIPE_SYNC = "latest"
    first, second = history(stripe, "one", "two")

    post_event(second)
    post_event(first)

    assert (Customer.objects.get().name, fetched()) == ("two", ["/v1/customers/cus_1"] * 2)
