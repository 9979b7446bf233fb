"""One generic sync: columns, references, children."""

import pytest

from pinax.stripe.models import (
    Account,
    Card,
    Charge,
    Coupon,
    Customer,
    Event,
    InvoiceLineItem,
    OtherObject,
    Product,
    Refund,
    Subscription,
    SubscriptionItem,
)
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def synced(stripe, post_event):
    """Let an object arrive with an event, ten seconds after whatever came before."""

    def synced(kind, carried, **options):
        stripe.advance(10)
        assert post_event(stripe.event(kind, carried, **options)).status_code == 200

    return synced


def list_of(*objects, has_more=False):
    return {"object": "list", "data": list(objects), "has_more": has_more, "url": "/v1/somewhere"}


def test_a_reference_to_what_was_never_seen_makes_a_stub_and_no_call(stripe, synced):
    synced("charge.succeeded", build("charge", customer="cus_1"))

    customer = Customer.objects.get()
    assert (customer.stripe_id, customer.is_stub, customer.data, customer.as_of) == ("cus_1", True, None, None)
    assert Charge.objects.get().customer == customer
    assert all(request.path.startswith("/v1/events/") for request in stripe.requests)


def test_a_stub_is_filled_when_its_own_event_comes(synced):
    synced("charge.succeeded", build("charge", customer="cus_1"))
    stub = Customer.objects.get()

    synced("customer.updated", build("customer", id="cus_1", name="Ada"))

    assert (Customer.objects.get().pk, Customer.objects.get().name) == (stub.pk, "Ada")
    assert list(Customer.objects.stubs()) == []


def test_an_expanded_reference_is_used_for_its_id(synced):
    synced("charge.succeeded", build("charge", customer=build("customer", id="cus_1", name="Ada")))

    assert Charge.objects.get().customer.stripe_id == "cus_1"


def test_the_same_id_under_two_accounts_and_in_both_modes_is_different_rows(stripe, synced):
    stripe.connect("acct_1")
    for account in ("", "acct_1"):
        for livemode in (False, True):
            product = build("product", id="gold", livemode=livemode, name=f"{account}{livemode}")
            synced("product.created", product, account=account, livemode=livemode)

    assert set(Product.objects.values_list("stripe_account", "livemode", "name")) == {
        ("", False, "False"),
        ("", True, "True"),
        ("acct_1", False, "acct_1False"),
        ("acct_1", True, "acct_1True"),
    }


def test_an_object_without_livemode_takes_its_events(synced):
    synced("refund.created", build("refund"), livemode=True)

    assert "livemode" not in Refund.objects.get().data
    assert Refund.objects.get().livemode is True


def test_an_account_is_itself_and_kept_under_none(stripe, synced):
    stripe.connect("acct_1")
    synced("account.updated", build("account", id="acct_1"), account="acct_1")

    account = Account.objects.get()
    assert (account.stripe_id, account.stripe_account) == ("acct_1", "")


def test_items_of_a_subscription_follow_it(synced):
    one, two, three = (build("subscription_item", id=f"si_{number}", subscription="sub_1") for number in "123")
    subscription = {**build("subscription", id="sub_1"), "items": list_of(one, two)}
    synced("customer.subscription.created", subscription)
    items = Subscription.objects.get().items

    assert sorted(items.values_list("stripe_id", flat=True)) == ["si_1", "si_2"]

    synced("customer.subscription.updated", {**subscription, "items": list_of(two, three)})

    assert sorted(items.values_list("stripe_id", flat=True)) == ["si_2", "si_3"]
    assert SubscriptionItem.all_objects.deleted().get().stripe_id == "si_1"


def test_a_list_that_is_cut_short_buries_nothing(synced):
    one, two = (build("subscription_item", id=f"si_{number}", subscription="sub_1") for number in "12")
    subscription = {**build("subscription", id="sub_1"), "items": list_of(one, two)}
    synced("customer.subscription.created", subscription)

    synced("customer.subscription.updated", {**subscription, "items": list_of(two, has_more=True)})

    assert Subscription.objects.get().items.count() == 2


def test_lines_of_an_invoice_are_rows(synced):
    line = build("line_item", id="il_1", amount=700)
    synced("invoice.created", {**build("invoice", id="in_1"), "lines": list_of(line)})

    row = InvoiceLineItem.objects.get()
    assert (row.stripe_id, row.amount, row.invoice.stripe_id) == ("il_1", 700, "in_1")


def test_lines_of_old_that_share_an_id_are_told_apart_by_their_invoice(synced):
    line = {"id": "sub_1", "object": "line_item", "amount": 1, "type": "subscription"}
    for number in "12":
        synced(
            "invoice.created", {"id": f"in_{number}", "object": "invoice", "lines": list_of(line), "customer": "cus_1"}
        )

    assert InvoiceLineItem.objects.count() == 2


def test_refunds_of_a_charge_are_rows_and_their_own_events_are_not_overwritten(stripe, synced):
    refund = build("refund", id="re_1", charge="ch_1", status="pending")
    charge = {**build("charge", id="ch_1"), "refunds": list_of(refund)}
    stripe.advance(60)
    synced("refund.updated", {**refund, "status": "succeeded"})

    synced("charge.refunded", charge, created=stripe.now - 60)

    assert (Refund.objects.get().status, Refund.objects.get().charge) == ("succeeded", Charge.objects.get())


def test_a_newer_copy_inside_another_object_brings_a_row_forward(synced):
    refund = build("refund", id="re_1", charge="ch_1", status="pending")
    synced("refund.created", refund)

    synced("charge.refunded", {**build("charge", id="ch_1"), "refunds": list_of({**refund, "status": "succeeded"})})

    assert Refund.objects.get().status == "succeeded"


def test_sources_of_a_customer_are_rows_of_their_kinds(synced):
    card = build("card", id="card_1", customer="cus_1")
    account = build("bank_account", id="ba_1", customer="cus_1")

    synced("customer.created", {**build("customer", id="cus_1"), "sources": list_of(card, account, {"object": "card"})})

    assert Card.objects.get().customer.stripe_id == "cus_1"
    assert Customer.objects.get().bank_accounts.get().stripe_id == "ba_1"


def test_an_id_that_no_column_holds_is_not_cut_it_stays_in_the_data(synced):
    long = "x" * 256
    refunds = list_of(build("refund", id=long, charge="ch_1"), build("refund", id="re_1", charge="ch_1"))

    synced("charge.succeeded", {**build("charge", id="ch_1", customer=long), "refunds": refunds})

    charge = Charge.objects.get()
    assert (charge.customer, charge.data["customer"], charge.data["refunds"]) == (None, long, refunds)
    assert Customer.all_objects.count() == 0
    assert [refund.stripe_id for refund in Refund.all_objects.all()] == ["re_1"]


def test_what_has_no_model_is_kept_whole(synced):
    reader = build("terminal.reader", id="tmr_1", label="front desk")
    synced("terminal.reader.action_succeeded", reader)

    assert OtherObject.objects.get(object_type="terminal.reader").data["label"] == "front desk"
    assert OtherObject.objects.filter(data__label="front desk").exists()


def test_what_has_no_id_is_kept_by_its_kind_and_owner(synced):
    synced("balance.available", {"object": "balance", "available": []})
    synced("balance.available", {"object": "balance", "available": [{"amount": 1}]})
    for customer in ("cus_1", "cus_2"):
        synced("cash_balance.funds_available", {"object": "cash_balance", "customer": customer})

    assert sorted(OtherObject.objects.values_list("stripe_id", flat=True)) == [
        "balance",
        "cash_balance:cus_1",
        "cash_balance:cus_2",
    ]
    balance = OtherObject.objects.get(stripe_id="balance")
    assert balance.data["available"] == [{"amount": 1}]
    assert Event.objects.about(balance).count() == 2


def test_ids_differ_by_upper_and_lower_case_on_every_database(synced):
    for identifier in ("GOLD", "gold"):
        synced("coupon.created", build("coupon", id=identifier))

    assert sorted(Coupon.objects.values_list("stripe_id", flat=True)) == ["GOLD", "gold"]


def test_an_event_knows_its_customer_and_its_object(synced):
    synced("customer.created", build("customer", id="cus_1"))
    synced("charge.succeeded", build("charge", id="ch_1", customer="cus_1"))

    assert Customer.objects.get().events.count() == 2
    assert [event.kind for event in Event.objects.about(Charge.objects.get())] == ["charge.succeeded"]


def test_events_about_an_account_are_found_whoever_sent_them(stripe, synced):
    stripe.connect("acct_1")
    synced("account.updated", build("account", id="acct_1"), account="acct_1")

    assert Event.objects.about(Account.objects.get()).count() == 1


def test_data_can_be_queried(synced):
    synced("customer.created", build("customer", metadata={"tier": "gold"}))

    assert Customer.objects.filter(data__metadata__tier="gold").count() == 1
