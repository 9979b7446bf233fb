"""What is void, canceled or paid stays so, and a request that is refused leaves nothing behind."""

import pytest
import stripe as stripe_python

from pinax.stripe.testing.errors import ApiError

WAITS = "pm_card_authenticationRequired"


@pytest.fixture
def price(v1):
    facts = {"currency": "eur", "unit_amount": 3100, "recurring": {"interval": "month"}}
    return v1.prices.create({**facts, "product_data": {"name": "Gold"}}).id


@pytest.fixture
def dearer(v1):
    facts = {"currency": "eur", "unit_amount": 6200, "recurring": {"interval": "month"}}
    return v1.prices.create({**facts, "product_data": {"name": "Platinum"}}).id


@pytest.fixture
def subscribe(v1, customer, price):
    def subscribe(**how):
        return v1.subscriptions.create({"customer": customer.id, "items": [{"price": price}], **how})

    return subscribe


@pytest.fixture
def waiting(fake, v1, customer, subscribe):
    """A subscription whose first payment waits for authentication."""
    card = v1.payment_methods.attach(WAITS, {"customer": customer.id})
    made = subscribe(default_payment_method=card.id)
    fake.undelivered.clear()
    return made


def intents(fake):
    return [(intent["status"], intent["cancellation_reason"]) for intent in fake.created("payment_intent")]


def kinds(fake):
    found = [event["type"] for event in fake.undelivered]
    fake.undelivered.clear()
    return found


def refused(request):
    with pytest.raises(stripe_python.StripeError) as raised:
        request()
    return raised.value


def test_a_void_invoice_is_never_paid(fake, v1, waiting):
    v1.invoices.void_invoice(waiting.latest_invoice)

    assert kinds(fake) == ["invoice.voided", "payment_intent.canceled"]
    assert intents(fake) == [("canceled", "void_invoice")]
    (payment,) = fake.created("invoice_payment")
    assert (payment["status"], payment["status_transitions"]["canceled_at"]) == ("canceled", fake.now)
    (intent,) = fake.created("payment_intent")
    assert intent["next_action"] is None
    with pytest.raises(ApiError, match="canceled"):
        fake.authenticate(intent["id"])
    assert "void" in str(refused(lambda: v1.invoices.pay(waiting.latest_invoice)))
    assert v1.invoices.retrieve(waiting.latest_invoice).status == "void"


def test_a_first_payment_that_expires_can_be_authenticated_no_longer(fake, v1, waiting):
    fake.advance(days=1)

    assert v1.subscriptions.retrieve(waiting.id).status == "incomplete_expired"
    assert intents(fake) == [("canceled", "void_invoice")]


def test_the_payment_of_an_invoice_is_canceled_with_the_invoice(fake, v1, waiting):
    (intent,) = fake.created("payment_intent")

    assert "void the invoice" in str(refused(lambda: v1.payment_intents.cancel(intent["id"])))

    assert intents(fake) == [("requires_action", None)]


def test_an_invoice_that_is_paid_in_cash_has_no_paid_payment(fake, v1, waiting):
    v1.invoices.pay(waiting.latest_invoice, {"paid_out_of_band": True})

    assert kinds(fake) == [
        "payment_intent.canceled",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
    ]
    assert [payment["status"] for payment in fake.created("invoice_payment")] == ["canceled"]


def test_a_payment_that_was_confirmed_counts_as_an_attempt(fake, v1, subscribe):
    made = subscribe(payment_behavior="default_incomplete")
    (intent,) = fake.created("payment_intent")
    v1.payment_intents.confirm(intent["id"], {"payment_method": WAITS})
    fake.authenticate(intent["id"])

    invoice = v1.invoices.retrieve(made.latest_invoice)
    assert (invoice.status, invoice.attempt_count) == ("paid", 1)


def test_what_is_paid_gets_no_other_card(v1):
    how = {"amount": 100, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    paid = v1.payment_intents.create(how)

    error = refused(lambda: v1.payment_intents.update(paid.id, {"payment_method": "pm_card_mastercard"}))

    assert error.code == "payment_intent_unexpected_state"
    assert v1.payment_intents.retrieve(paid.id).status == "succeeded"


def test_another_card_ends_the_waiting(v1):
    how = {"amount": 100, "currency": "eur", "payment_method": WAITS, "confirm": True}
    waits = v1.payment_intents.create(how)

    changed = v1.payment_intents.update(waits.id, {"payment_method": "pm_card_visa"})

    assert (changed.status, changed.next_action) == ("requires_confirmation", None)


@pytest.mark.parametrize("kind", ["payment_intents", "setup_intents"])
def test_another_attempt_clears_the_error_of_the_last_one(fake, v1, kind):
    how = {"amount": 100, "currency": "eur"} if kind == "payment_intents" else {}
    error = "last_payment_error" if kind == "payment_intents" else "last_setup_error"
    intents = getattr(v1, kind)
    made = intents.create({**how, "payment_method": WAITS, "confirm": True})
    fake.authenticate(made.id, succeeds=False)
    assert intents.retrieve(made.id)[error]

    assert intents.confirm(made.id, {"payment_method": WAITS})[error] is None
    fake.authenticate(made.id, succeeds=False)
    assert intents.confirm(made.id, {"payment_method": "pm_card_visa"})[error] is None


def test_the_saving_of_a_card_that_is_called_off_waits_for_nothing(v1):
    waits = v1.setup_intents.create({"payment_method": WAITS, "confirm": True})

    assert v1.setup_intents.cancel(waits.id).next_action is None


def test_attempts_by_request_do_not_use_up_the_retries(fake, v1, customer, subscribe):
    made = subscribe()
    fake.decline(customer.invoice_settings.default_payment_method)
    fake.advance(months=1, hours=1)
    open_ = v1.invoices.retrieve(v1.subscriptions.retrieve(made.id).latest_invoice)

    for _ in range(5):
        refused(lambda: v1.invoices.pay(open_.id))

    tried = v1.invoices.retrieve(open_.id)
    assert (tried.attempt_count, tried.next_payment_attempt) == (1, open_.next_payment_attempt)
    assert v1.subscriptions.retrieve(made.id).status == "past_due"


def test_who_cancels_is_charged_no_longer(fake, v1, customer, subscribe):
    made = subscribe()
    card = customer.invoice_settings.default_payment_method
    fake.decline(card)
    fake.advance(months=1, hours=1)
    fake.undelivered.clear()

    open_ = v1.subscriptions.cancel(made.id).latest_invoice
    fake.decline(card, "")
    fake.advance(months=1)

    assert kinds(fake) == ["customer.subscription.deleted", "invoice.updated"]
    invoice = v1.invoices.retrieve(open_)
    assert (invoice.status, invoice.auto_advance, invoice.next_payment_attempt) == ("open", False, None)


@pytest.fixture
def upgrade(v1, dearer):
    def upgrade(subscription, **how):
        item = {"id": subscription["items"].data[0].id, "price": dearer}
        return v1.subscriptions.update(
            subscription.id, {"items": [item], "proration_behavior": "always_invoice", **how}
        )

    return upgrade


def test_an_upgrade_can_wait_for_the_confirmation_of_its_payment(fake, v1, subscribe, upgrade):
    made = subscribe()

    changed = upgrade(made, payment_behavior="default_incomplete")

    assert changed.status == "past_due"
    fake.advance(days=3)
    assert v1.invoices.retrieve(changed.latest_invoice).status == "open"
    v1.payment_intents.confirm(fake.created("payment_intent")[-1]["id"], {"payment_method": "pm_card_visa"})
    assert v1.subscriptions.retrieve(made.id).status == "active"


@pytest.mark.parametrize("behavior", ["error_if_incomplete", "pending_if_incomplete"])
def test_an_upgrade_that_cannot_be_paid_changes_nothing(fake, v1, customer, subscribe, upgrade, behavior):
    made = subscribe()
    fake.decline(customer.invoice_settings.default_payment_method)
    fake.undelivered.clear()
    coupon = v1.coupons.create({"percent_off": 10, "duration": "once"})
    fake.undelivered.clear()

    error = refused(lambda: upgrade(made, payment_behavior=behavior, discounts=[{"coupon": coupon.id}]))

    assert error.param == "payment_behavior" or isinstance(error, stripe_python.CardError)
    assert kinds(fake) == []
    assert v1.subscriptions.retrieve(made.id)["items"].data[0].price.unit_amount == 3100
    fake.decline(customer.invoice_settings.default_payment_method, "")
    assert upgrade(made, payment_behavior=behavior).status == "active"


def test_an_upgrade_without_a_card_is_refused(v1, customer, subscribe, upgrade):
    made = subscribe()
    v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": ""}})

    assert refused(lambda: upgrade(made, payment_behavior="error_if_incomplete")).code == "resource_missing"


@pytest.mark.parametrize(
    ("behavior", "status"), [("keep_as_draft", "draft"), ("void", "void"), ("mark_uncollectible", "uncollectible")]
)
def test_an_upgrade_is_not_collected_while_collection_is_paused(v1, subscribe, upgrade, behavior, status):
    made = subscribe()
    v1.subscriptions.update(made.id, {"pause_collection": {"behavior": behavior}})

    changed = upgrade(made, payment_behavior="error_if_incomplete")

    assert v1.invoices.retrieve(changed.latest_invoice).status == status


def test_an_upgrade_that_is_paid_by_invoice_stays_open(fake, v1, subscribe, upgrade):
    made = subscribe(collection_method="send_invoice", days_until_due=14)

    changed = upgrade(made, payment_behavior="error_if_incomplete")

    fake.advance(days=2)
    assert v1.invoices.retrieve(changed.latest_invoice).status == "open"


def test_a_subscription_with_a_coupon_that_is_not_there_is_not_created(fake, v1, subscribe, customer):
    known = v1.coupons.create({"percent_off": 10, "duration": "once"})
    fake.undelivered.clear()

    error = refused(lambda: subscribe(discounts=[{"coupon": known.id}, {"coupon": "LOST"}]))

    assert error.param == "discounts[1][coupon]"
    assert (fake.created("subscription"), kinds(fake)) == ([], [])


def test_a_checkout_that_is_declined_creates_no_customer(fake, v1, price):
    line = {"price": price, "quantity": 1}
    session = v1.checkout.sessions.create(
        {"mode": "subscription", "line_items": [line], "success_url": "https://shop.example/"}
    )
    fake.undelivered.clear()

    with pytest.raises(ApiError, match="declined"):
        fake.complete_checkout(session.id, payment_method="pm_card_chargeDeclined")

    assert (fake.created("customer"), kinds(fake)) == ([], [])


def test_changes_without_an_event_are_not_announced(fake, v1, customer):
    intent = v1.payment_intents.create({"amount": 100, "currency": "eur"})
    key = ("", False, "payment_intent", intent.id)

    v1.payment_intents.update(intent.id, {"description": "Gold"})
    assert fake.unannounced(key) == {"description"}

    v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert fake.unannounced(key) == set()
