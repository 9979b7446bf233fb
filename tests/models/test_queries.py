"""Queries read as sentences."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model

from pinax.stripe.models import Charge, Customer, Event, Invoice, Product, Subscription
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def synced(stripe, post_event):
    def synced(carried, **options):
        kind = {"subscription": "customer.subscription.updated"}.get(carried["object"], f"{carried['object']}.updated")
        stripe.advance(10)
        assert post_event(stripe.event(kind, carried, **options)).status_code == 200

    return synced


def ids(rows):
    return sorted(rows.values_list("stripe_id", flat=True))


def test_subscriptions_that_are_active(synced):
    for status in ("active", "trialing", "canceled", "past_due", "new_at_stripe"):
        synced(build("subscription", id=f"sub_{status}", status=status))

    assert ids(Subscription.objects.active()) == ["sub_active", "sub_trialing"]


def test_a_customer_has_an_active_subscription_to_a_product(synced):
    item = build("subscription_item", id="si_1", subscription="sub_1", price=build("price", product="prod_gold"))
    subscription = {**build("subscription", id="sub_1", customer="cus_1", status="active"), "items": list_of(item)}
    synced(subscription)
    customer, gold = Customer.objects.get(), Product.objects.get(stripe_id="prod_gold")

    assert customer.has_active_subscription()
    assert customer.has_active_subscription(gold)
    assert customer.has_active_subscription("prod_gold")
    assert not customer.has_active_subscription("prod_silver")

    synced({**subscription, "status": "canceled"})

    assert not customer.has_active_subscription()


def list_of(*objects):
    return {"object": "list", "data": list(objects), "has_more": False}


def test_charges_that_succeeded_during_a_month(synced):
    november = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    for number, (moment, status) in enumerate(
        [(november[0], "succeeded"), (november[1], "succeeded"), (november[0], "failed")]
    ):
        synced(build("charge", id=f"ch_{number}", status=status, created=int(moment.timestamp())))

    assert ids(Charge.objects.succeeded().during(*november)) == ["ch_0"]


def test_invoices_that_are_open_or_paid_in_every_shape(synced):
    synced(build("invoice", id="in_open", status="open"))
    synced(build("invoice", id="in_paid", status="paid"))
    synced(build("invoice", id="in_void", status="void"))
    old = {"object": "invoice", "forgiven": False}
    synced({**old, "id": "in_old_open", "paid": False, "closed": False})
    synced({**old, "id": "in_old_paid", "paid": True, "closed": True})

    assert ids(Invoice.objects.open()) == ["in_old_open", "in_open"]
    assert ids(Invoice.objects.paid()) == ["in_old_paid", "in_paid"]


def test_an_invoice_leads_to_its_charges_where_neither_names_the_other(synced):
    payment = {"type": "payment_intent", "payment_intent": "pi_1"}
    synced(build("invoice", id="in_1", status="paid"))
    synced(build("charge", id="ch_1", payment_intent="pi_1"))
    synced(build("charge", id="ch_2", payment_intent="pi_2"))
    synced(build("invoice_payment", id="inpay_1", invoice="in_1", payment=payment))

    assert ids(Charge.objects.filter(payment_intent__invoice_payments__invoice=Invoice.objects.get())) == ["ch_1"]


def test_rows_by_account_mode_and_state(stripe, synced):
    stripe.connect("acct_1")
    synced(build("customer", id="cus_ours"))
    synced(build("customer", id="cus_theirs"), account="acct_1")
    synced(build("customer", id="cus_live"), livemode=True)
    Customer.objects.create(stripe_id="cus_stub", livemode=False)

    assert ids(Customer.objects.of_account("acct_1")) == ["cus_theirs"]
    assert ids(Customer.objects.in_livemode(True)) == ["cus_live"]
    assert ids(Customer.objects.stubs()) == ["cus_stub"]
    assert "cus_stub" not in ids(Customer.objects.synced())


@pytest.mark.parametrize(
    ("key", "found"),
    [("sk_live_x", "cus_live"), ("rk_test_x", "cus_test"), ("sk_org_test_x", "cus_test"), ("from a vault", "cus_live")],
)
def test_without_an_argument_the_mode_is_that_of_the_projects_key(settings, key, found):
    for livemode, name in ((True, "cus_live"), (False, "cus_test")):
        Customer.objects.create(stripe_id=name, livemode=livemode)

    settings.PINAX_STRIPE_SECRET_KEY = key

    assert ids(Customer.objects.in_livemode()) == [found]


def test_deleting_a_user_leaves_the_customer_the_money_and_the_events(synced):
    user = get_user_model().objects.create(username="ada")
    synced(build("customer", id="cus_1"))
    synced(build("charge", customer="cus_1"))
    Customer.objects.update(user=user)

    user.delete()

    assert (Customer.objects.get().user, Charge.objects.count(), Event.objects.count()) == (None, 1, 2)


def test_a_row_is_called_by_its_id(synced):
    synced(build("charge", id="ch_1"))

    assert str(Charge.objects.get()) == "ch_1"


def test_an_invoice_leads_to_its_payments_and_a_charge_to_its_invoice(stripe, post_event):
    stripe.subscribe()
    for event in list(stripe.undelivered):
        assert post_event(event).status_code == 200

    invoice, charge = Invoice.objects.get(), Charge.objects.get()

    assert (invoice.payment_intent, invoice.charge, charge.invoice) == (None, None, None)
    assert [payment.payment_intent for payment in invoice.payments.all()] == [charge.payment_intent]
    assert Charge.objects.get(payment_intent__invoice_payments__invoice__number=invoice.number) == charge
    assert invoice.data["hosted_invoice_url"].startswith("https://")
    assert invoice.data["customer_email"] == invoice.customer.email
