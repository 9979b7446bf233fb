"""Whole objects that stand inside another one are synced, if they are newer than their rows."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.models import (
    BalanceTransaction,
    Card,
    Charge,
    Coupon,
    Customer,
    Discount,
    Invoice,
    InvoiceLineItem,
    OtherObject,
    PaymentIntent,
    PaymentMethod,
    Plan,
    Price,
    Product,
    PromotionCode,
    Refund,
    StripeObject,
    Subscription,
    SubscriptionItem,
    SubscriptionSchedule,
    TaxRate,
)
from pinax.stripe.models.fields import Reference
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def happens(stripe, post_event):
    """Let something happen ten seconds later, and deliver it."""

    def happens(kind, obj, **options):
        stripe.advance(10)
        response = post_event(stripe.event(kind, obj, **{"store": False, **options}))
        assert response.status_code == 200

    return happens


def at(path, value):
    """Return a block that holds a value at a place: ``{"items": {"data": [{"plan": …}]}}``."""
    first, _, rest = path.partition(".")
    inner = at(rest, value) if rest else value
    return [inner] if first.isdigit() else {first: inner}


#: Columns whose expanded object is not taken, and why.
NOT_TAKEN = {
    "Account": "how much of an account is shown depends on who looks",
    "OtherObject": "objects without a model of their own",
    "InvoiceLineItem": "changes only with its invoice",
    "SubscriptionItem": "changes only with its subscription",
    "TransferReversal": "changes only with its transfer",
}
EXPANDED = [
    (model, column, path)
    for model in StripeObject.__subclasses__()
    for column in model.columns()
    if isinstance(column, Reference) and column.related_model.__name__ not in NOT_TAKEN and model is not OtherObject
    for path in column.sources
]


@pytest.mark.parametrize(
    ("model", "column", "path"), EXPANDED, ids=[f"{m.__name__}.{c.name} {path}" for m, c, path in EXPANDED]
)
def test_a_reference_that_comes_expanded_fills_the_row_that_it_points_at(model, column, path, happens):
    target = column.related_model
    prefix = column.prefix if isinstance(column.prefix, str) else column.prefix[0]
    whole = {"id": f"{prefix}inside", "object": target.stripe_object, "created": 1700000000, "metadata": {"a": "b"}}
    carried = {"id": "x_1", "object": model.stripe_object, **at(path, whole)}

    happens("brand.new", carried)

    row = target.objects.get(stripe_id=f"{prefix}inside")
    assert (row.is_stub, row.data["metadata"]) == (False, {"a": "b"})
    assert getattr(model.objects.get(stripe_id="x_1"), column.name) == row


def test_the_discount_of_a_subscription_of_2020_03_02(happens):
    coupon = build("coupon", id="SUMMER", percent_off=25)
    discount = {
        "id": "di_1",
        "object": "discount",
        "coupon": coupon,
        "customer": "cus_1",
        "start": 1600000000,
        "end": None,
        "promotion_code": None,
        "subscription": None,
    }
    subscription = build("subscription", id="sub_1", customer="cus_1", discount=discount)

    happens("customer.subscription.created", subscription, api_version="2020-03-02")

    row = Subscription.objects.get().discounts.get()
    assert (row.stripe_id, row.coupon, row.customer.stripe_id) == ("di_1", Coupon.objects.get(), "cus_1")
    assert Coupon.objects.get().percent_off == 25


def test_the_discount_without_an_id_of_2015(happens):
    discount = {"object": "discount", "coupon": build("coupon", id="SUMMER"), "customer": "cus_1", "start": 1400000000}

    happens("customer.subscription.updated", build("subscription", id="sub_1", customer="cus_1", discount=discount))
    happens("customer.updated", build("customer", id="cus_1", discount=discount))

    assert {row.stripe_id for row in Discount.objects.all()} == {"sub_1", "cus_1"}
    assert Subscription.objects.get().discounts.get().stripe_id == "sub_1"


def test_the_charges_of_a_payment_intent_of_before_2022_11_15(happens):
    refund = build("refund", id="re_1", charge="ch_1", payment_intent="pi_1")
    charge = build("charge", id="ch_1", payment_intent="pi_1", amount=700, refunds=None)
    charge["refunds"] = {"object": "list", "data": [refund], "has_more": False}
    intent = build("payment_intent", id="pi_1", latest_charge=None)
    intent["charges"] = {"object": "list", "data": [charge], "has_more": False}

    happens("payment_intent.succeeded", intent, api_version="2020-03-02")

    row = Charge.objects.get()
    assert (row.amount, row.payment_intent, row.is_stub) == (700, PaymentIntent.objects.get(), False)
    assert Refund.objects.get().charge == row


def test_objects_inside_objects_inside_objects(happens):
    product = build("product", id="prod_1", name="Gold")
    price = build("price", id="price_1", product=product)
    item = build("subscription_item", price=price, tax_rates=[build("tax_rate", id="txr_2")])
    subscription = build(
        "subscription",
        items=[item],
        default_tax_rates=[build("tax_rate", id="txr_1", display_name="VAT")],
        schedule=build("subscription_schedule", id="sub_sched_1"),
        customer=build("customer", id="cus_1", email="ada@example.com"),
    )

    happens("customer.subscription.updated", subscription)

    assert Product.objects.get().name == "Gold"
    assert Price.objects.synced().get().product == Product.objects.get()
    assert {rate.stripe_id for rate in TaxRate.objects.synced()} == {"txr_1", "txr_2"}
    assert Customer.objects.synced().get().email == "ada@example.com"
    assert Plan.objects.synced().get() == SubscriptionItem.objects.get().plan
    assert SubscriptionSchedule.objects.synced().count() == 1


def test_a_promotion_code_and_its_coupon_inside_a_discount(happens):
    code = build("promotion_code", id="promo_1", promotion={"type": "coupon", "coupon": build("coupon", id="SUMMER")})

    happens("customer.discount.created", build("discount", id="di_1", customer="cus_1", promotion_code=code))

    assert PromotionCode.objects.synced().get().coupon == Coupon.objects.synced().get()


def test_an_object_with_children_of_its_own_comes_with_them(happens):
    invoice = build("invoice", id="in_1", lines=[build("line_item", id="il_1"), build("line_item", id="il_2")])

    happens("customer.subscription.updated", build("subscription", latest_invoice=invoice))

    assert {line.stripe_id for line in Invoice.objects.synced().get().lines.all()} == {"il_1", "il_2"}

    one_less = {**invoice, "lines": {**invoice["lines"], "data": invoice["lines"]["data"][:1]}}
    happens("customer.subscription.updated", build("subscription", latest_invoice=one_less))

    assert [line.stripe_id for line in InvoiceLineItem.objects.all()] == ["il_1"]


def test_an_object_whose_own_list_is_cut_is_left_to_its_own_events(happens):
    invoice = build("invoice", id="in_1", lines=[build("line_item")])
    invoice["lines"]["has_more"] = True

    happens("customer.subscription.updated", build("subscription", latest_invoice=invoice))

    assert Invoice.objects.get().is_stub


def test_it_is_only_ever_brought_forward(happens, stripe):
    happens("price.updated", build("price", id="price_1", nickname="newer"))
    happens("customer.subscription.updated", build("subscription", id="sub_1", items=[with_price("newest")]))

    assert Price.objects.get().nickname == "newest"

    happens("price.updated", build("price", id="price_1", nickname="last"))
    late = stripe.now - 5
    happens("customer.subscription.updated", build("subscription", id="sub_2", items=[with_price("x")]), created=late)

    assert Price.objects.get().nickname == "last"


def with_price(nickname):
    return build("subscription_item", price=build("price", id="price_1", nickname=nickname))


def test_an_event_of_its_own_in_the_same_second_is_written_and_asks_nobody(stripe, post_event):
    charge = build("charge", id="ch_1", payment_intent="pi_1", description="as the intent shows it")
    intent = build("payment_intent", id="pi_1", latest_charge=charge)
    stripe.requests.clear()

    post_event(stripe.event("payment_intent.succeeded", intent))
    post_event(stripe.event("charge.succeeded", {**charge, "description": "as the charge says"}))

    assert Charge.objects.get().description == "as the charge says"
    assert [request.path for request in stripe.requests if "/events/" not in request.path] == []


def test_what_is_deleted_is_not_brought_back(happens):
    discount = build(
        "discount", id="di_1", customer="cus_1", source={"type": "coupon", "coupon": build("coupon", id="S")}
    )
    happens("coupon.deleted", build("coupon", id="S"))

    happens("customer.discount.updated", discount)

    assert not Coupon.objects.exists()
    assert Coupon.all_objects.get().is_deleted


@pytest.mark.parametrize(
    ("kind", "carried", "model"),
    [
        ("charge.updated", build("charge", source=build("card", id="card_1", customer="cus_1")), Card),
        (
            "payment_intent.payment_failed",
            build("payment_intent", last_payment_error={"payment_method": build("payment_method", id="pm_1")}),
            PaymentMethod,
        ),
        ("charge.updated", build("charge", source_transfer=build("transfer", id="tr_1")), None),
        (
            "customer.subscription.updated",
            build("subscription", pending_update={"subscription_items": [with_price("proposed")]}),
            Price,
        ),
        ("invoice.upcoming", build("invoice", id=None, charge=build("charge", id="ch_1")), Charge),
        ("charge.updated", build("charge", balance_transaction={"id": "txn_1", "object": "balance_transaction"}), None),
    ],
    ids=["paid with", "an error", "another account's", "a proposal", "a preview", "only an id"],
)
def test_what_is_not_the_object_as_it_is_now_is_left_alone(kind, carried, model, happens):
    happens(kind, carried)

    rows = {*Card.objects.synced(), *PaymentMethod.objects.synced(), *BalanceTransaction.objects.synced()}
    assert not rows
    if model is Charge:
        assert not Charge.objects.exists()
    if model is Price:
        assert "proposed" not in {price.nickname for price in Price.objects.all()}


class WithoutEmails(DefaultHookSet):
    """A project that keeps no e-mail of a customer."""

    def redact(self, message):
        carried = message["data"]["object"]
        if carried.get("object") == "customer":
            carried["email"] = None
        return message


def test_the_hook_that_redacts_objects_is_asked_for_what_stands_inside(happens, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.WithoutEmails"

    happens("charge.updated", build("charge", customer=build("customer", id="cus_1", email="ada@example.com")))

    assert Customer.objects.synced().get().email == ""


def test_what_was_erased_stays_erased(happens):
    customer = build("customer", id="cus_1", email="ada@example.com", name="Ada")
    happens("customer.updated", customer)
    call_command("stripe_prune", "--erase", "cus_1", "--yes")

    happens("charge.updated", build("charge", id="ch_1", customer={**customer, "phone": "123"}))

    row = Customer.objects.get()
    assert (row.email, row.name, row.phone) == ("", "", "")
    assert "email" not in row.data


def test_what_a_project_has_linked_stays_linked(happens, django_user_model):
    ada = django_user_model.objects.create(username="ada")
    happens("customer.updated", build("customer", id="cus_1"))
    Customer.objects.update(user=ada)

    happens("charge.updated", build("charge", customer=build("customer", id="cus_1", name="Ada")))

    assert (Customer.objects.get().name, Customer.objects.get().user) == ("Ada", ada)


def test_a_customer_who_is_only_seen_inside_another_object_is_linked_too(happens, django_user_model):
    ada = django_user_model.objects.create(username="ada")

    happens("charge.updated", build("charge", customer=build("customer", metadata={"user_id": str(ada.pk)})))

    assert Customer.objects.get().user == ada


def test_an_import_takes_them_alike(stripe):
    for number in range(3):
        price = build("price", id="price_1", nickname="imported")
        stripe.put(build("subscription", id=f"sub_{number}", items=[build("subscription_item", price=price)]))
        stripe.put(build("subscription", id=f"sub_b{number}", discounts=[f"di_{number}"]))

    call_command("stripe_sync", "subscription")

    assert Price.objects.get(stripe_id="price_1").nickname == "imported"
    discounts = Discount.objects.stubs().order_by("stripe_id")
    assert [row.subscription.stripe_id for row in discounts] == ["sub_b0", "sub_b1", "sub_b2"]


@pytest.mark.django_db(transaction=True)
def test_what_has_not_changed_costs_no_statement_and_what_has_two_for_each_kind(stripe, post_event):
    def event(nickname, **over):
        stripe.advance(10)
        item = build("subscription_item", id="si_1", price=build("price", id="price_1", nickname=nickname))
        return stripe.event("customer.subscription.updated", build("subscription", id="sub_1", items=[item], **over))

    def cost(body):
        with CaptureQueriesContext(connection) as captured:
            assert post_event(body).status_code == 200
        return len(captured)

    cost(event("one"))
    cost(event("one"))
    same = cost(event("one"))
    changed = cost(event("two"))

    assert changed <= same + 2 * 2  # prices, and plans, which build() makes from it
