"""Stripe cuts the lists inside its objects after ten members; the rows have all of them."""

import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.models import (
    ActiveEntitlement,
    CheckoutLineItem,
    CheckoutSession,
    Customer,
    Event,
    Invoice,
    InvoiceLineItem,
    OtherObject,
    StripeObject,
    Subscription,
    SubscriptionItem,
    Transfer,
    TransferReversal,
)
from pinax.stripe.operations.retry import process_due
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "whsec_cut_lists"


def item(number):
    return build(
        "subscription_item", id=f"si_{number}", subscription="sub_1", price=build("price", id=f"price_{number}")
    )


def subscription(*numbers, **over):
    over = {"customer": "cus_1", "status": "active", **over}
    return build("subscription", id="sub_1", items=[item(number) for number in numbers], **over)


def lists(*members):
    return {"object": "list", "data": list(members), "has_more": False, "url": "/v1/somewhere"}


@pytest.fixture
def happens(stripe, post_event):
    """Let something happen at Stripe a moment later and be delivered; the paths that were asked for."""

    def happens(kind, obj, status=200, **options):
        stripe.advance(10)
        stripe.requests.clear()
        body = stripe.event(kind, obj, **options)
        assert post_event(body).status_code == status
        return [request.path for request in stripe.requests if not request.path.startswith("/v1/events/")]

    return happens


def test_a_subscription_of_twelve_items_gives_access_to_all_of_them(happens):
    asked = happens("customer.subscription.created", subscription(*range(12)))

    row = Subscription.objects.get()
    assert asked == ["/v1/subscription_items"]
    assert [found["id"] for found in row.data["items"]["data"]] == [f"si_{number}" for number in range(12)]
    assert (row.data["items"]["has_more"], row.incomplete, row.items.count()) == (False, False, 12)
    assert all(row.customer.has_active_subscription(price=f"price_{number}") for number in range(12))


def test_an_item_that_is_removed_from_twelve_loses_its_access_wherever_it_stood(happens, stripe):
    happens("customer.subscription.created", subscription(*range(12)))

    for number in (11, 3):
        left = [found for found in range(12) if found not in {number, 11}]
        happens("customer.subscription.updated", subscription(*left))

        customer = Customer.objects.get()
        assert not customer.has_active_subscription(price=f"price_{number}")
        assert SubscriptionItem.all_objects.get(stripe_id=f"si_{number}").is_deleted
        assert SubscriptionItem.objects.count() == len(left)


def test_the_lines_of_a_long_invoice_add_up_to_its_total(happens):
    lines = [build("line_item", id=f"il_{number}", invoice="in_1", amount=100 + number) for number in range(25)]
    total = sum(line["amount"] for line in lines)

    happens("invoice.created", build("invoice", id="in_1", lines=lines, total=total))

    invoice = Invoice.objects.get()
    assert sum(invoice.lines.values_list("amount", flat=True)) == invoice.total == total


def test_a_customer_is_entitled_to_all_of_twelve_features_and_to_none_that_is_gone(happens, stripe):
    def summary(numbers):
        features = [
            build("entitlements.active_entitlement", id=f"ent_{number}", lookup_key=f"feature {number}")
            for number in numbers
        ]
        return build("entitlements.active_entitlement_summary", customer="cus_1", entitlements=lists(*features))

    asked = happens("entitlements.active_entitlement_summary.updated", summary(range(12)))

    assert asked == ["/v1/entitlements/active_entitlements"]
    assert ActiveEntitlement.objects.filter(customer__stripe_id="cus_1").count() == 12

    happens("entitlements.active_entitlement_summary.updated", summary(range(1, 12)))

    assert set(ActiveEntitlement.objects.values_list("lookup_key", flat=True)) == {f"feature {n}" for n in range(1, 12)}


def test_a_transfer_has_all_of_its_reversals(happens):
    reversals = [build("transfer_reversal", id=f"trr_{number}", transfer="tr_1", amount=1) for number in range(12)]

    asked = happens("transfer.reversed", {**build("transfer", id="tr_1"), "reversals": lists(*reversals)})

    assert asked == ["/v1/transfers/tr_1/reversals"]
    assert TransferReversal.objects.filter(transfer=Transfer.objects.get()).count() == 12


@pytest.fixture
def owned_lists():
    return {
        f"{model.__name__}.{declaration.name}": declaration
        for model in StripeObject.__subclasses__()
        for declaration in model.stripe_children
        if declaration.owned
    }


def test_every_list_that_belongs_to_its_object_can_be_completed(owned_lists):
    assert {name for name, declaration in owned_lists.items() if declaration.rest} == set(owned_lists)
    assert len(owned_lists) >= 5


def test_what_has_no_events_of_its_own_is_owned_by_what_carries_it(owned_lists):
    from pinax.stripe.catalog import CATALOG

    brought = {name for row in CATALOG.values() if row.has_snapshot for name in row.objects}
    carried = {
        (model.__name__, declaration.name, declaration.owned)
        for model in StripeObject.__subclasses__()
        for declaration in model.stripe_children
        for child in declaration.models
        if next(one for one in StripeObject.__subclasses__() if one.__name__ == child).stripe_object not in brought
    }

    # A dispute shows all of its balance transactions; these are listed by themselves.
    assert {one for one in carried if not one[2]} == {("Dispute", "balance_transactions", False)}


@pytest.mark.parametrize(
    ("kind", "whole"),
    [
        ("customer.subscription.updated", lambda: subscription(*range(10))),
        ("invoice.updated", lambda: build("invoice", lines=[build("line_item") for _ in range(10)])),
        ("transfer.updated", lambda: build("transfer")),
        ("customer.updated", lambda: build("customer")),
        ("checkout.session.expired", lambda: build("checkout.session", status="expired", mode="payment")),
        ("checkout.session.completed", lambda: build("checkout.session", status="complete", mode="setup")),
    ],
)
def test_what_is_whole_costs_no_further_call(kind, whole, happens):
    assert happens(kind, whole()) == []


def test_a_cut_list_costs_one_call_and_no_further_statement(happens):
    def costs(*numbers):
        happens("customer.subscription.updated", subscription(*numbers))
        with CaptureQueriesContext(connection) as captured:
            asked = happens("customer.subscription.updated", subscription(*numbers, metadata={"again": "yes"}))
        return len(asked), len(captured)

    (no_call, few), (one_call, many) = costs(*range(10)), costs(*range(25))

    assert (no_call, one_call) == (0, 1)
    assert many == few


def test_order_in_doubt_and_a_cut_list_cost_a_call_each(happens, stripe):
    happens("customer.subscription.updated", subscription(*range(12)))

    asked = happens("customer.subscription.updated", subscription(*range(12)), created=stripe.now - 60)

    assert asked == ["/v1/subscriptions/sub_1", "/v1/subscription_items"]
    assert SubscriptionItem.objects.count() == 12


@pytest.mark.parametrize("status", [500, 429, None])
def test_where_stripe_does_not_answer_the_event_waits_and_nothing_is_written(status, happens, stripe, post_event):
    with stripe.answering(status=status, headers={"Stripe-Should-Retry": "false"}, path="/v1/subscription_items"):
        happens("customer.subscription.created", subscription(*range(12)), status=503)
    assert not Subscription.objects.synced().exists()

    Event.objects.update(next_attempt_at="2020-01-01T00:00Z")
    process_due()

    assert (Subscription.objects.get().items.count(), Event.objects.get().failures) == (12, 0)


def test_what_changes_between_two_pages_is_asked_for_again(happens, stripe):
    gone = {"error": {"code": "resource_missing", "message": "No such subscription_item", "param": "starting_after"}}
    first = {**lists(*[item(number) for number in range(100)]), "has_more": True}
    path = "/v1/subscription_items"
    stripe.answering(body=first, path=path, times=1)
    stripe.answering(status=400, body=gone, path=path, times=1)

    happens("customer.subscription.created", subscription(*range(120)), status=503)

    Event.objects.update(next_attempt_at="2020-01-01T00:00Z")
    process_due()
    assert SubscriptionItem.objects.count() == 120


def test_a_list_too_long_for_a_request_is_completed_by_recovery(happens, stripe):
    lines = [build("line_item", id=f"il_{number}", invoice="in_1", amount=1) for number in range(301)]

    happens("invoice.created", build("invoice", id="in_1", lines=lines), status=503)

    event = Event.objects.get()
    assert (InvoiceLineItem.objects.count(), event.failures) == (0, 0)
    assert "more than 300 lines" in event.exceptions.get().message

    Event.objects.update(next_attempt_at="2020-01-01T00:00Z")
    process_due()

    assert (Event.objects.get().processed, InvoiceLineItem.objects.count()) == (True, 301)


@pytest.fixture
def by_signature_without_a_key(settings, sign, post_event, stripe):
    """Deliver events that their signature confirms, where there is no key to ask with; signed as Stripe signs."""
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PINAX_STRIPE_VALIDATION = "signature"
    settings.PINAX_STRIPE_SECRET_KEY = "sk_live_fake"
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None

    def deliver(kind, obj):
        stripe.advance(10)
        body = json.dumps(stripe.event(kind, obj)).encode()
        assert post_event(body, **sign(body, SECRET)).status_code == 200

    return deliver


def test_where_nobody_can_be_asked_the_row_says_so_and_nothing_passes_for_gone(
    by_signature_without_a_key, settings, stripe, caplog
):
    by_signature_without_a_key("customer.subscription.created", subscription(*range(12)))

    row = Subscription.objects.incomplete().get()
    assert (row.incomplete, row.items.count(), row.data["items"]["has_more"]) == (True, 10, True)
    assert "sub_1: the list of its items stays incomplete" in caplog.text

    settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_test_fake"
    stripe.requests.clear()
    call_command("stripe_sync", "--incomplete", "--testmode", verbosity=0)

    row = Subscription.objects.get()
    assert (row.incomplete, row.items.count()) == (False, 12)
    assert [request.path for request in stripe.requests] == ["/v1/subscriptions/sub_1", "/v1/subscription_items"]


def test_a_no_that_a_cut_list_may_be_the_reason_for_is_not_silent(by_signature_without_a_key, caplog):
    by_signature_without_a_key("customer.subscription.created", subscription(*range(12)))
    customer = Customer.objects.get()
    caplog.clear()

    assert customer.has_active_subscription(price="price_0")
    assert not caplog.records
    assert not customer.has_active_subscription(price="price_11")
    assert "the items of an active subscription are not all known" in caplog.text

    caplog.clear()
    by_signature_without_a_key("customer.subscription.updated", subscription(*range(9)))
    assert not customer.has_active_subscription(price="price_11")
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_a_cut_list_says_of_no_row_that_it_is_gone(happens, by_signature_without_a_key, settings):
    settings.PINAX_STRIPE_SECRET_KEY, settings.PINAX_STRIPE_VALIDATION = "sk_test_fake", "retrieve"
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = []
    happens("customer.subscription.created", subscription(*range(12)))
    settings.PINAX_STRIPE_SECRET_KEY, settings.PINAX_STRIPE_VALIDATION = "sk_live_fake", "signature"
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]

    by_signature_without_a_key("customer.subscription.updated", subscription(*range(12)))

    assert (Subscription.objects.get().incomplete, SubscriptionItem.objects.count()) == (True, 12)


def test_a_whole_list_makes_a_row_complete_again(by_signature_without_a_key):
    by_signature_without_a_key("customer.subscription.created", subscription(*range(12)))
    assert Subscription.objects.incomplete().exists()

    by_signature_without_a_key("customer.subscription.updated", subscription(*range(9)))

    assert (Subscription.objects.get().incomplete, SubscriptionItem.objects.count()) == (False, 9)


def test_a_key_that_may_not_read_the_list_leaves_the_row_incomplete(happens, stripe, capsys):
    with stripe.answering(status=403, path="/v1/subscription_items"):
        happens("customer.subscription.created", subscription(*range(12)))
        assert Subscription.objects.get().incomplete

        with pytest.raises(CommandError, match="1 failed"):
            call_command("stripe_sync", "--incomplete", verbosity=0)
        assert "still incomplete" in capsys.readouterr().err

    call_command("stripe_sync", "--incomplete", "subscription", verbosity=0)

    assert (Subscription.objects.get().incomplete, SubscriptionItem.objects.count()) == (False, 12)


def test_an_entitlement_summary_which_no_list_has_is_completed_too(happens, stripe):
    features = [build("entitlements.active_entitlement", id=f"ent_{number}") for number in range(12)]
    summary = build("entitlements.active_entitlement_summary", customer="cus_1", entitlements=lists(*features))
    with stripe.answering(status=403, path="/v1/entitlements/*"):
        happens("entitlements.active_entitlement_summary.updated", summary)
    assert (OtherObject.objects.incomplete().count(), ActiveEntitlement.objects.count()) == (1, 10)

    call_command("stripe_sync", "--incomplete", verbosity=0)

    assert (OtherObject.objects.incomplete().count(), ActiveEntitlement.objects.count()) == (0, 12)


def test_an_import_completes_what_is_cut_and_says_what_is_not(happens, stripe):
    stripe.put(subscription(*range(12)))

    with stripe.answering(status=403, path="/v1/subscription_items"):
        call_command("stripe_sync", "subscription", verbosity=0)
    assert (Subscription.objects.get().incomplete, SubscriptionItem.objects.count()) == (True, 10)
    stripe.advance(10)
    call_command("stripe_sync", "subscription", verbosity=0)

    assert (Subscription.objects.get().incomplete, SubscriptionItem.objects.count()) == (False, 12)


class WithoutNicknames(DefaultHookSet):
    def redact(self, message):
        return json.loads(re.sub(r'"nickname": "[^"]*"', '"nickname": null', json.dumps(message)))


def test_what_a_project_does_not_keep_is_not_kept_of_the_rest_either(happens, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.WithoutNicknames"
    items = [{**item(number), "plan": build("plan", nickname=f"secret {number}")} for number in range(12)]

    happens("customer.subscription.created", build("subscription", id="sub_1", items=items))

    assert SubscriptionItem.objects.count() == 12
    assert "secret" not in json.dumps(
        [*SubscriptionItem.objects.values_list("data", flat=True), Subscription.objects.get().data]
    )


def bought(*numbers, status="complete", **over):
    items = [
        build(
            "item",
            id=f"li_{number}",
            amount_total=100 + number,
            currency="eur",
            description=f"Book {number}",
            quantity=number + 1,
            price=build("price", id=f"price_{number}", product="prod_1"),
        )
        for number in numbers
    ]
    over = {"customer": "cus_1", "mode": "payment", **over}
    return build("checkout.session", id="cs_1", status=status, line_items=lists(*items), **over)


@pytest.mark.parametrize("number", [1, 12])
def test_what_was_bought_in_a_checkout_session_is_rows_of_its_own(number, happens):
    asked = happens("checkout.session.completed", bought(*range(number)))

    session = CheckoutSession.objects.get()
    rows = [
        (row.stripe_id, row.description, row.quantity, row.amount_total, row.price.stripe_id, row.product.stripe_id)
        for row in session.line_items.order_by("quantity")
    ]
    assert asked == ["/v1/checkout/sessions/cs_1/line_items"]
    assert rows == [(f"li_{n}", f"Book {n}", n + 1, 100 + n, f"price_{n}", "prod_1") for n in range(number)]
    assert not session.incomplete


def test_an_open_session_has_bought_nothing_yet(happens):
    assert happens("checkout.session.expired", bought(1, status="expired")) == []
    assert CheckoutLineItem.objects.count() == 0


def test_an_import_brings_what_was_bought_with_the_sessions_themselves(stripe):
    stripe.put(bought(1, 2))

    call_command("stripe_sync", "checkout.session", "--testmode", verbosity=0)

    assert CheckoutLineItem.objects.count() == 2
    assert [request.path for request in stripe.requests] == ["/v1/checkout/sessions"]


def test_nothing_is_left_of_a_deleted_object_whose_list_is_cut(happens):
    lines = [build("line_item", id=f"il_{number}", invoice="in_1") for number in range(12)]
    happens("invoice.created", build("invoice", id="in_1", lines=lines))

    happens("invoice.deleted", build("invoice", id="in_1", lines=lines))

    assert (InvoiceLineItem.objects.count(), InvoiceLineItem.all_objects.deleted().count()) == (0, 12)


class Counting(DefaultHookSet):
    """Marks each description that it sees, once more each time."""

    def redact(self, message):
        return json.loads(re.sub(r'"description": "([^"]*)"', r'"description": "\1!"', json.dumps(message)))


@pytest.mark.parametrize("number", [9, 12])
def test_the_projects_hook_sees_what_is_stored_once(number, happens, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Counting"
    lines = [build("line_item", id=f"il_{nth}", invoice="in_1", description="a line") for nth in range(number)]

    happens("invoice.created", build("invoice", id="in_1", description="an invoice", lines=lines))

    # The event's own copy went through it when it was posted; Stripe's copy when it was fetched.
    assert Invoice.objects.get().description == "an invoice!"
    assert {line.description for line in InvoiceLineItem.objects.all()} == {"a line!"}


def test_a_list_without_an_end_is_not_asked_for_without_an_end(happens, stripe):
    endless = {**lists(*[item(number) for number in range(100)]), "has_more": True}
    stripe.answering(body=endless, path="/v1/subscription_items", times=50)

    happens("customer.subscription.created", subscription(*range(12)), status=503)

    assert len(stripe.asked("/v1/subscription_items")) == 2


def test_a_list_that_does_not_say_whether_there_is_more_says_of_no_row_that_it_is_gone(happens, stripe):
    happens("customer.subscription.created", subscription(*range(9)))
    unsaid = subscription(*range(3))
    del unsaid["items"]["has_more"]
    body = stripe.event("customer.subscription.updated", subscription(*range(3)))
    stripe.put({**body, "data": {"object": unsaid}})

    happens("customer.subscription.paused", unsaid, store=False)

    assert SubscriptionItem.objects.count() == 9


class WithoutLineItems(DefaultHookSet):
    def redact(self, message):
        message["data"]["object"].pop("line_items", None)
        return message


def test_a_project_that_keeps_no_line_items_has_complete_sessions(happens, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.WithoutLineItems"

    happens("checkout.session.completed", bought(1, 2))

    assert (CheckoutSession.objects.get().incomplete, CheckoutLineItem.objects.count()) == (False, 0)


def test_lines_that_share_an_id_in_old_api_versions_are_lines_of_their_own(happens, stripe):
    shown = [{**build("line_item"), "id": "sub_1", "unique_id": f"il_{number}"} for number in range(12)]
    old = {**build("invoice", id="in_1"), "lines": {**lists(*shown[:10]), "has_more": True}}

    with stripe.answering(body=lists(*shown), path="/v1/invoices/in_1/lines"):
        happens("invoice.created", old)

    assert InvoiceLineItem.objects.filter(invoice__stripe_id="in_1").count() == 12
