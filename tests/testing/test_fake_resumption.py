"""Trials without a card: they begin in Checkout, are paused when they end, and are resumed."""

import pytest
import stripe as stripe_python
from stripe.params import SubscriptionResumeParams

RESUMED = ["customer.subscription.updated", "customer.subscription.resumed"]
#: The parameters of a resumption in the installed stripe-python: newer versions have more.
HINTS = SubscriptionResumeParams.__annotations__


@pytest.fixture
def http_client(fake):
    return fake.http_client()


@pytest.fixture
def price(v1):
    facts = {"currency": "eur", "unit_amount": 1500, "recurring": {"interval": "month"}}
    return v1.prices.create({**facts, "product_data": {"name": "Gold"}}).id


@pytest.fixture
def session(v1, price):
    """Create a Checkout session for a trial."""

    def session(**how):
        trial = {
            "trial_period_days": 14,
            "trial_settings": {"end_behavior": {"missing_payment_method": "pause"}},
        }
        asked = {"mode": "subscription", "line_items": [{"price": price, "quantity": 1}], "subscription_data": trial}
        return v1.checkout.sessions.create({**asked, "success_url": "https://a.example", **how})

    return session


@pytest.fixture
def paused(fake, session):
    """The id of a subscription that is paused since its trial ended."""
    done = fake.complete_checkout(session(payment_method_collection="if_required").id, payment_method="")
    fake.advance(days=15)
    fake.undelivered.clear()
    return done["subscription"]


@pytest.fixture
def add_card(v1):
    def add_card(subscription, card="pm_card_visa"):
        customer = v1.subscriptions.retrieve(subscription).customer
        method = v1.payment_methods.attach(card, {"customer": customer})
        v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method.id}})

    return add_card


def test_a_trial_without_a_card_begins_in_checkout_and_is_paused(fake, v1, session):
    made = session(payment_method_collection="if_required")

    done = fake.complete_checkout(made.id, payment_method="")
    begun = v1.subscriptions.retrieve(done["subscription"])
    assert (done["payment_status"], begun.status) == ("no_payment_required", "trialing")
    assert begun.default_payment_method is None
    assert fake.created("payment_method") == []

    fake.advance(days=15)
    (paused,) = fake.created("subscription")
    why = paused["status_details"]["paused"]["subscription"]["type"]
    assert (paused["status"], why) == ("paused", "trial_end_without_payment_method")


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"payment_method_collection": "always"},
        {"payment_method_collection": "if_required", "subscription_data": {}},
        {"mode": "setup", "line_items": [], "subscription_data": {}, "currency": "eur"},
    ],
)
def test_what_costs_something_needs_a_card(fake, session, how):
    made = session(**how)

    with pytest.raises(Exception, match="no attached payment source"):
        fake.complete_checkout(made.id, payment_method="")

    assert fake.created("subscription") == fake.created("customer") == []


def test_a_resumed_subscription_is_active_once_its_invoice_is_paid(fake, v1, paused, add_card):
    add_card(paused)
    fake.advance(days=10)
    asked_at = fake.now

    resumed = v1.subscriptions.resume(paused)
    invoice = v1.invoices.retrieve(resumed.latest_invoice)
    assert (resumed.status, invoice.status, invoice.total, invoice.attempted) == ("paused", "open", 1500, False)
    fake.undelivered.clear()

    fake.advance(hours=1)
    v1.invoices.pay(invoice.id)
    assert [event["type"] for event in fake.undelivered][-2:] == RESUMED
    active = v1.subscriptions.retrieve(paused)
    assert (active.status, active.billing_cycle_anchor) == ("active", asked_at)
    assert active["items"].data[0].current_period_start == asked_at

    fake.advance(months=1, hours=1)
    assert v1.subscriptions.retrieve(paused).latest_invoice != invoice.id


def test_a_declined_card_makes_a_resumed_subscription_past_due(v1, paused, add_card):
    add_card(paused, "pm_card_chargeCustomerFail")
    invoice = v1.subscriptions.resume(paused).latest_invoice

    with pytest.raises(stripe_python.CardError):
        v1.invoices.pay(invoice)
    assert v1.subscriptions.retrieve(paused).status == "past_due"

    v1.invoices.pay(invoice, {"payment_method": "pm_card_visa"})
    assert v1.subscriptions.retrieve(paused).status == "active"


def test_the_invoice_of_a_resumption_is_void_if_nobody_pays(fake, v1, paused):
    invoice = v1.subscriptions.resume(paused).latest_invoice

    fake.advance(hours=22)
    assert v1.invoices.retrieve(invoice).status == "open"
    fake.advance(hours=1)

    assert v1.invoices.retrieve(invoice).status == "void"
    assert v1.subscriptions.retrieve(paused).status == "paused"


def test_a_resumption_whose_invoice_is_given_up_is_free(v1, paused):
    v1.invoices.mark_uncollectible(v1.subscriptions.resume(paused).latest_invoice)

    assert v1.subscriptions.retrieve(paused).status == "active"


def test_a_subscription_whose_cycle_is_unchanged_is_resumed_at_once(fake, v1, paused):
    is_object = "SubscriptionResumeParamsBillingCycleAnchor" in str(HINTS["billing_cycle_anchor"])

    resumed = v1.subscriptions.resume(
        paused, {"billing_cycle_anchor": {"type": "unchanged"} if is_object else "unchanged"}
    )

    assert resumed.status == "active"
    assert [event["type"] for event in fake.undelivered] == RESUMED


@pytest.mark.skipif("payment_behavior" not in HINTS, reason="stripe-python does not know payment_behavior yet")
def test_a_resumption_can_be_collected_at_once(v1, paused, add_card):
    collected = {"payment_behavior": "resume_on_payment_success"}
    with pytest.raises(stripe_python.InvalidRequestError, match="no attached payment source"):
        v1.subscriptions.resume(paused, collected)

    add_card(paused, "pm_card_chargeCustomerFail")
    waits = v1.subscriptions.resume(paused, collected)
    assert (waits.status, v1.invoices.retrieve(waits.latest_invoice).attempt_count) == ("paused", 1)

    add_card(paused)
    assert v1.subscriptions.resume(paused, collected).status == "active"
