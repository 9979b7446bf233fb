"""What projects do at Stripe: the objects and the events are as at Stripe, and so are the errors."""

import json

import pytest
import stripe as stripe_python

from pinax.stripe.catalog import CATALOG
from pinax.stripe.testing.errors import ApiError
from pinax.stripe.testing.operation_names import known_names
from pinax.stripe.testing.writing import OPERATIONS

GOLD = {
    "name": "Gold",
    "default_price_data": {"currency": "eur", "unit_amount": 1500, "recurring": {"interval": "month"}},
}
#: Whether the objects have the shape of this stripe-python.
NEWEST = int(stripe_python.VERSION.split(".")[0]) >= 16
PAID = """
charge.succeeded payment_intent.succeeded invoice_payment.paid invoice.paid invoice.payment_succeeded
""".split()


@pytest.fixture
def happened(fake):
    """The types of the events since this was last asked."""

    def happened():
        kinds = [event["type"] for event in fake.undelivered]
        fake.undelivered.clear()
        return kinds

    return happened


@pytest.fixture
def price(v1, happened):
    price = v1.products.create(GOLD).default_price
    happened()
    return price


@pytest.fixture
def customer(v1, happened):
    """A customer with a card."""
    customer = v1.customers.create({"email": "ada@example.com", "name": "Ada"})
    card = v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    customer = v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": card.id}})
    happened()
    return customer


@pytest.fixture
def subscription(v1, customer, price, happened):
    made = v1.subscriptions.create({"customer": customer.id, "items": [{"price": price}]})
    happened()
    return made


def test_what_is_created_is_there_and_an_event_says_so(fake, v1, get):
    made = v1.customers.create({"email": "ada@example.com", "metadata": {"user": "7"}})

    assert get(f"/v1/customers/{made.id}")["metadata"] == {"user": "7"}
    (event,) = fake.undelivered
    assert (event["type"], event["data"]["object"]["id"]) == ("customer.created", made.id)
    assert event["data"]["object"]["name"] is None
    assert event["request"]["id"] == made.last_response.request_id
    assert get(f"/v1/events/{event['id']}") == event


def test_a_change_says_what_it_was_before(fake, v1, customer):
    v1.customers.update(customer.id, {"name": "Grace", "metadata": {"user": "7"}})
    changed = v1.customers.update(customer.id, {"metadata": {"user": "", "team": "a"}})
    v1.customers.update(customer.id, {"name": "Grace"})

    assert json.loads(str(changed.metadata)) == {"team": "a"}
    assert [event["data"]["previous_attributes"] for event in fake.undelivered] == [
        {"name": "Ada", "metadata": {}},
        {"metadata": {"user": "7"}},
    ]


def test_what_is_deleted_is_gone(v1, happened, customer):
    assert v1.customers.delete(customer.id).deleted is True

    assert happened() == ["customer.deleted"]
    with pytest.raises(stripe_python.InvalidRequestError, match="No such customer"):
        v1.customers.update(customer.id, {"name": "Grace"})


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (
            lambda v1: v1.customers.create({"emial": "ada@example.com"}),
            {"code": "parameter_unknown", "message": "Received unknown parameter: emial", "param": "emial"},
        ),
        (
            lambda v1: v1.prices.create({"unit_amount": 5}),
            {"code": "parameter_missing", "message": "Missing required param: currency.", "param": "currency"},
        ),
        (
            lambda v1: v1.payment_intents.create({"amount": "5 euros", "currency": "eur"}),
            {"code": "parameter_invalid_integer", "message": "Invalid integer: 5 euros", "param": "amount"},
        ),
        (
            lambda v1: v1.coupons.create({"duration": "always"}),
            {"message": "Invalid duration: must be one of forever, once, or repeating", "param": "duration"},
        ),
        (
            lambda v1: v1.subscriptions.create({"customer": "cus_1", "items": [{"priced": "price_1"}]}),
            {
                "code": "parameter_unknown",
                "message": "Received unknown parameter: items[0][priced]",
                "param": "items[0][priced]",
            },
        ),
        (
            lambda v1: v1.customers.create({"address": "Main Street"}),
            {"message": "Invalid object", "param": "address"},
        ),
        (
            lambda v1: v1.subscriptions.create({"customer": "cus_1", "items": []}),
            {"code": "parameter_missing", "message": "Missing required param: items.", "param": "items"},
        ),
        (
            lambda v1: v1.customers.create({"tax": {"validate_location": "soon"}}),
            {
                "message": "Invalid tax[validate_location]: must be one of deferred or immediately",
                "param": "tax[validate_location]",
            },
        ),
    ],
)
def test_a_wrong_parameter_gets_the_error_of_stripe(fake, v1, ask, error):
    with pytest.raises(stripe_python.InvalidRequestError) as refused:
        ask(v1)

    assert refused.value.http_status == 400
    assert refused.value.json_body["error"] == {"type": "invalid_request_error"} | error
    assert fake.undelivered == []


def test_a_charge_says_what_its_payment_intent_says_about_a_connected_account(fake, v1, customer):
    fake.connect("acct_1")
    shared = {"application_fee_amount": 100, "transfer_data": {"destination": "acct_1"}, "transfer_group": "a"}
    card = {"customer": customer.id, "payment_method": "pm_card_visa", "confirm": True}
    intent = v1.payment_intents.create({"amount": 1000, "currency": "eur", **card, **shared})

    charge = json.loads(str(v1.charges.retrieve(intent.latest_charge)))
    assert {name: charge[name] for name in shared} == shared


def test_an_object_that_a_parameter_names_has_to_exist(v1, price):
    with pytest.raises(stripe_python.InvalidRequestError, match="No such customer: 'cus_1'") as refused:
        v1.subscriptions.create({"customer": "cus_1", "items": [{"price": price}]})

    assert (refused.value.http_status, refused.value.code, refused.value.param) == (400, "resource_missing", "customer")


def test_the_same_idempotency_key_is_carried_out_once(fake, v1, client):
    first, second = (v1.customers.create({"name": "Ada"}, {"idempotency_key": "sign-up-7"}) for _ in range(2))

    assert first.id == second.id
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert [event["request"]["idempotency_key"] for event in fake.undelivered] == ["sign-up-7"]
    with pytest.raises(stripe_python.IdempotencyError, match="a key other than 'sign-up-7'"):
        v1.customers.create({"name": "Grace"}, {"idempotency_key": "sign-up-7"})


def test_a_request_whose_response_is_lost_was_carried_out(fake, v1):
    with fake.answering(None), pytest.raises(stripe_python.APIConnectionError):
        v1.customers.create({"name": "Ada"}, {"idempotency_key": "sign-up-7"})

    assert v1.customers.create({"name": "Ada"}, {"idempotency_key": "sign-up-7"}).name == "Ada"
    assert len(fake.undelivered) == 1


def test_a_declined_payment_is_answered_the_same_again(v1):
    declined = {"amount": 500, "currency": "usd", "payment_method": "pm_card_chargeDeclined", "confirm": True}
    charges = set()
    for _ in range(2):
        with pytest.raises(stripe_python.CardError) as refused:
            v1.payment_intents.create(declined, {"idempotency_key": "order-7"})
        charges.add(refused.value.json_body["error"]["charge"])

    assert len(charges) == 1


def test_an_error_can_be_scripted_for_an_operation(fake, v1, customer):
    fake.scripted("refunds.create", error="charge_already_refunded")
    fake.scripted("payment_intents.c*", error="card_declined", decline_code="lost_card", times=None)

    for _ in range(2):
        with pytest.raises(stripe_python.CardError) as declined:
            v1.payment_intents.create({"amount": 500, "currency": "usd"})
    with pytest.raises(stripe_python.InvalidRequestError) as refused:
        v1.refunds.create({"charge": "ch_1"})

    assert declined.value.json_body["error"] == {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "lost_card",
        "message": "Your card was declined.",
    }
    assert refused.value.code == "charge_already_refunded"
    assert v1.payment_intents.list().data == []
    assert v1.customers.retrieve(customer.id).name == "Ada"


def test_an_answer_can_be_scripted_for_an_operation(fake, v1):
    with fake.scripted("customers.create", {"id": "cus_7", "object": "customer"}):
        assert v1.customers.create({"name": "Ada"}).id == "cus_7"

    assert v1.customers.list().data == []
    assert fake.undelivered == []
    for given in ({}, {"answer": {}, "error": "rate_limit"}):
        with pytest.raises(ValueError, match=r"customers\.create: script either an answer or an error"):
            fake.scripted("customers.create", **given)


def test_what_was_sent_is_in_the_log(fake, v1, customer):
    fake.requests.clear()
    v1.customers.update(customer.id, {"metadata": {"user": "7"}, "preferred_locales": ["de", "en"]})
    v1.customers.list({"email": "ada@example.com"})
    v1.invoices.list()

    assert [request.operation for request in fake.calls()] == ["customers.update", "customers.list", "invoices.list"]
    assert [request.params for request in fake.calls("customers.*")] == [
        {"metadata": {"user": "7"}, "preferred_locales": ["de", "en"]},
        {"email": "ada@example.com"},
    ]


def test_a_subscription_is_paid_and_active(v1, happened, customer, price):
    made = v1.subscriptions.create({"customer": customer.id, "items": [{"price": price, "quantity": 2}]})

    assert made.status == "active"
    assert happened() == [
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        *PAID,
        "customer.subscription.updated",
    ]
    invoice = v1.invoices.retrieve(made.latest_invoice)
    (line,) = invoice.lines.data
    assert (invoice.status, invoice.currency, invoice.total, invoice.amount_paid) == ("paid", "eur", 3000, 3000)
    assert (line.amount, line.currency, line.quantity, line.pricing.price_details.price) == (3000, "eur", 2, price)
    assert line.parent.subscription_item_details.subscription_item == made["items"].data[0].id
    assert invoice.parent.subscription_details.subscription == made.id


def test_a_subscription_without_a_card_is_refused(v1, price, happened):
    customer = v1.customers.create({"email": "ada@example.com"})

    with pytest.raises(stripe_python.InvalidRequestError, match="no attached payment source"):
        v1.subscriptions.create({"customer": customer.id, "items": [{"price": price}]})


def test_a_first_payment_may_be_confirmed_later(v1, happened, customer, price):
    asked = {"customer": customer.id, "items": [{"price": price}], "payment_behavior": "default_incomplete"}
    made = v1.subscriptions.create(asked)
    (payment,) = v1.invoice_payments.list({"invoice": made.latest_invoice}).data
    assert (made.status, payment.status) == ("incomplete", "open")
    happened()

    v1.payment_intents.confirm(payment.payment.payment_intent, {"payment_method": "pm_card_visa"})

    assert happened() == [*PAID, "customer.subscription.updated"]
    assert v1.subscriptions.retrieve(made.id).status == "active"


def test_objects_are_expanded_in_the_answer(v1, get, customer, price, subscription):
    asked = {"customer": customer.id, "items": [{"price": price}], "payment_behavior": "default_incomplete"}
    paths = ["latest_invoice.confirmation_secret", "latest_invoice.payments", "customer"]

    made = v1.subscriptions.create({**asked, "expand": paths})
    (listed, _) = get("/v1/subscriptions", expand=["data.customer.invoice_settings.default_payment_method"])["data"]
    invoice = get(f"/v1/invoices/{subscription.latest_invoice}", expand=["payments.data.payment.payment_intent"])

    assert made.latest_invoice.confirmation_secret.client_secret
    assert made.latest_invoice.payments.data[0].status == "open"
    assert made.customer.email == "ada@example.com"
    assert listed["customer"]["invoice_settings"]["default_payment_method"]["card"]["last4"] == "4242"
    assert invoice["payments"]["data"][0]["payment"]["payment_intent"]["status"] == "succeeded"
    assert "confirmation_secret" not in invoice
    assert get(f"/v1/customers/{customer.id}", expand=["nothing", "email"])["email"] == "ada@example.com"


def test_a_declined_first_payment_leaves_the_subscription_incomplete(fake, v1, customer, price):
    fake.decline(customer.invoice_settings.default_payment_method, "insufficient_funds")
    asked = {"customer": customer.id, "items": [{"price": price}]}

    assert v1.subscriptions.create(asked).status == "incomplete"
    with pytest.raises(stripe_python.CardError, match="insufficient funds"):
        v1.subscriptions.create({**asked, "payment_behavior": "error_if_incomplete"})
    assert len(v1.subscriptions.list({"status": "all"}).data) == 1


def test_a_discount_is_taken_off(v1, customer, price):
    coupon = v1.coupons.create({"percent_off": 50, "duration": "forever"})
    code = v1.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "HALF"})

    made = v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price": price}], "discounts": [{"promotion_code": code.id}]}
    )

    invoice = v1.invoices.retrieve(made.latest_invoice)
    assert (invoice.subtotal, invoice.total, invoice.amount_paid) == (1500, 750, 750)
    assert [(one.amount, one.discount) for one in invoice.total_discount_amounts] == [(750, made.discounts[0])]


def test_a_subscription_is_changed_paused_and_cancelled(v1, happened, subscription, price):
    (item,) = subscription["items"].data
    silver = v1.prices.create(
        {"currency": "eur", "unit_amount": 900, "recurring": {"interval": "month"}, "product_data": {"name": "Silver"}}
    )
    happened()

    v1.subscriptions.update(subscription.id, {"items": [{"id": item.id, "price": silver.id}]})
    v1.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "void"}})
    v1.subscriptions.update(subscription.id, {"pause_collection": ""})
    ending = v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    ended = v1.subscriptions.cancel(subscription.id, {"cancellation_details": {"comment": "too dear"}})

    assert ended["items"].data[0].price.id == ended["items"].data[0].plan.id == silver.id
    assert ending.cancel_at == item.current_period_end
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "cancellation_requested")
    assert ended.cancellation_details.comment == "too dear"
    updated, prorated = "customer.subscription.updated", ["invoiceitem.created"] * 2
    assert happened() == [updated, *prorated, *[updated] * 3, "customer.subscription.deleted"]
    with pytest.raises(stripe_python.InvalidRequestError, match="No such subscription"):
        v1.subscriptions.cancel(subscription.id)


def test_items_are_added_and_removed(v1, subscription, price):
    item = v1.subscription_items.create({"subscription": subscription.id, "price": price, "quantity": 3})

    v1.subscription_items.delete(subscription["items"].data[0].id)

    (left,) = v1.subscriptions.retrieve(subscription.id)["items"].data
    assert (left.id, left.quantity) == (item.id, 3)
    with pytest.raises(stripe_python.InvalidRequestError, match="at least one active plan"):
        v1.subscription_items.delete(item.id)


def test_a_payment_is_made_and_refunded(v1, happened, customer):
    paid = v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "customer": customer.id, "payment_method": "pm_card_visa", "confirm": True}
    )
    v1.refunds.create({"payment_intent": paid.id, "amount": 200})
    v1.refunds.create({"charge": paid.latest_charge})

    charge = v1.charges.retrieve(paid.latest_charge)
    assert (charge.amount, charge.amount_refunded, charge.refunded) == (500, 500, True)
    assert happened() == [
        *("payment_intent.created", "charge.succeeded", "payment_intent.succeeded"),
        *("refund.created", "charge.refunded") * 2,
    ]
    with pytest.raises(stripe_python.InvalidRequestError) as refused:
        v1.refunds.create({"charge": paid.latest_charge})
    assert refused.value.code == "charge_already_refunded"


@pytest.mark.parametrize("amount", [-1, 0, 501])
def test_a_refund_is_a_part_of_what_is_left(v1, amount):
    paid = v1.payment_intents.create(
        {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    )

    with pytest.raises(stripe_python.InvalidRequestError) as raised:
        v1.refunds.create({"payment_intent": paid.id, "amount": amount})
    assert raised.value.param == "amount"


def test_a_payment_is_authorized_and_captured_in_part(v1, happened):
    asked = {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "capture_method": "manual"}
    intent = v1.payment_intents.create(asked)
    assert v1.payment_intents.confirm(intent.id).status == "requires_capture"

    captured = v1.payment_intents.capture(intent.id, {"amount_to_capture": 300})

    assert (captured.status, captured.amount_received) == ("succeeded", 300)
    assert happened() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
    ]
    with pytest.raises(stripe_python.InvalidRequestError, match="status of succeeded"):
        v1.payment_intents.cancel(intent.id)


def test_a_declined_card_says_why(v1, happened):
    with pytest.raises(stripe_python.CardError) as declined:
        v1.payment_intents.create(
            {
                "amount": 500,
                "currency": "usd",
                "payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds",
                "confirm": True,
            }
        )

    error = declined.value.json_body["error"]
    assert (declined.value.http_status, error["code"], error["decline_code"]) == (
        402,
        "card_declined",
        "insufficient_funds",
    )
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert happened() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


AUTHENTICATED = {"payment_method": "pm_card_authenticationRequired", "confirm": True}


def test_a_payment_waits_until_the_customer_authenticates_it(fake, v1, happened):
    waiting = v1.payment_intents.create({"amount": 1000, "currency": "eur", **AUTHENTICATED})
    assert (waiting.status, waiting.next_action.type) == ("requires_action", "use_stripe_sdk")
    assert happened() == ["payment_intent.created", "payment_intent.requires_action"]

    fake.authenticate(waiting.id)
    assert happened() == ["charge.succeeded", "payment_intent.succeeded"]
    paid = v1.payment_intents.retrieve(waiting.id)
    assert (paid.status, paid.amount_received, paid.next_action) == ("succeeded", 1000, None)

    again = v1.payment_intents.create({"amount": 1000, "currency": "eur", **AUTHENTICATED})
    assert again.status == "requires_action"  # this card asks each time


def test_a_payment_that_is_not_authenticated_needs_another_card(fake, v1, happened):
    waiting = v1.payment_intents.create({"amount": 1000, "currency": "eur", **AUTHENTICATED})
    happened()

    failed = fake.authenticate(waiting.id, succeeds=False)

    assert happened() == ["payment_intent.payment_failed"]
    assert failed["status"] == "requires_payment_method"
    assert failed["last_payment_error"]["code"] == "payment_intent_authentication_failure"
    assert v1.payment_intents.confirm(waiting.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


@pytest.mark.parametrize("alone", [{"off_session": True}, {"error_on_requires_action": True}])
def test_without_the_customer_a_payment_fails_that_has_to_be_authenticated(alone, v1, happened):
    with pytest.raises(stripe_python.CardError) as raised:
        v1.payment_intents.create({"amount": 1000, "currency": "eur", **AUTHENTICATED, **alone})

    assert raised.value.code == raised.value.error.decline_code == "authentication_required"
    assert raised.value.error.payment_intent.status == "requires_payment_method"
    assert happened() == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]


def test_what_does_not_wait_cannot_be_authenticated(fake, v1):
    paid = v1.payment_intents.create(
        {"amount": 1000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    )

    with pytest.raises(ApiError, match="status of succeeded"):
        fake.authenticate(paid.id)
    with pytest.raises(ApiError, match="No such setup_intent"):
        fake.authenticate("seti_unknown")


def test_a_card_is_kept_when_the_customer_has_authenticated_it(fake, v1, happened, customer):
    waiting = v1.setup_intents.create({"customer": customer.id, **AUTHENTICATED})
    assert happened()[-2:] == ["setup_intent.created", "setup_intent.requires_action"]

    assert fake.authenticate(waiting.id)["status"] == "succeeded"
    assert happened() == ["payment_method.attached", "setup_intent.succeeded"]

    other = v1.setup_intents.create({"customer": customer.id, **AUTHENTICATED})
    failed = fake.authenticate(other.id, succeeds=False)
    assert failed["last_setup_error"]["code"] == "setup_intent_authentication_failure"
    assert happened()[-1] == "setup_intent.setup_failed"


def test_a_first_payment_is_authenticated(fake, v1, happened, customer, price):
    card = v1.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer.id})
    happened()
    made = v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price": price}], "default_payment_method": card.id}
    )
    assert made.status == "incomplete"
    assert happened()[-3:] == [
        "payment_intent.requires_action",
        "invoice.payment_action_required",
        "invoice.payment_failed",
    ]
    with pytest.raises(stripe_python.CardError) as raised:
        v1.invoices.pay(made.latest_invoice)
    assert raised.value.code == "invoice_payment_intent_requires_action"

    (intent,) = fake.created("payment_intent")
    fake.authenticate(intent["id"])

    assert v1.subscriptions.retrieve(made.id).status == "active"
    assert v1.invoices.retrieve(made.latest_invoice).status == "paid"


def test_in_checkout_the_customer_authenticates_at_once(fake, v1, happened, price):
    session = v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "line_items": [{"price": price, "quantity": 1}],
            "success_url": "https://s.example/",
        }
    )
    happened()

    fake.complete_checkout(session.id, payment_method="pm_card_threeDSecure2Required")

    assert "invoice.paid" in happened()
    assert fake.created("subscription")[0]["status"] == "active"


def test_a_card_is_saved_and_taken_away(v1, happened, customer):
    saved = v1.setup_intents.create({"customer": customer.id, "payment_method": "pm_card_visa", "confirm": True})

    v1.payment_methods.detach(saved.payment_method)

    assert saved.status == "succeeded"
    assert happened() == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "payment_method.detached",
    ]


def test_an_invoice_is_written_and_paid(v1, happened, customer):
    v1.invoice_items.create({"customer": customer.id, "amount": 300, "currency": "usd", "description": "Setup"})
    v1.invoice_items.create({"customer": customer.id, "amount": 400, "currency": "usd"})
    draft = v1.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include"})
    assert (draft.status, draft.total, len(draft.lines.data)) == ("draft", 700, 2)
    happened()

    paid = v1.invoices.pay(draft.id)

    assert (paid.status, paid.amount_paid) == ("paid", 700)
    assert happened() == ["invoice.finalized", "payment_intent.created", *PAID]
    with pytest.raises(stripe_python.InvalidRequestError, match="already paid"):
        v1.invoices.pay(draft.id)


@pytest.mark.parametrize(
    ("verb", "status", "events"),
    [
        ("void_invoice", "void", ["invoice.voided", "payment_intent.canceled"]),
        ("mark_uncollectible", "uncollectible", ["invoice.marked_uncollectible"]),
    ],
)
def test_an_open_invoice_is_closed(v1, happened, customer, verb, status, events):
    v1.invoice_items.create({"customer": customer.id, "amount": 300, "currency": "usd"})
    draft = v1.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include"})
    v1.invoices.finalize_invoice(draft.id)
    happened()

    assert getattr(v1.invoices, verb)(draft.id).status == status

    assert happened() == events


def test_a_checkout_session_is_completed(fake, v1, happened, price):
    session = v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "line_items": [{"price": price, "quantity": 1}],
            "success_url": "https://example.com/thanks",
            "client_reference_id": "7",
            "subscription_data": {"metadata": {"user": "7"}},
        }
    )
    assert (session.status, session.amount_total, session.url[:8]) == ("open", 1500, "https://")

    done = fake.complete_checkout(session.id, email="ada@example.com")

    assert (done["status"], done["payment_status"], done["client_reference_id"]) == ("complete", "paid", "7")
    assert v1.subscriptions.retrieve(done["subscription"]).metadata["user"] == "7"
    assert v1.customers.retrieve(done["customer"]).email == "ada@example.com"
    assert happened() == [
        "customer.created",
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        *PAID,
        "customer.subscription.updated",
        "checkout.session.completed",
    ]


def test_what_was_bought_is_in_the_line_items(fake, v1, happened):
    mug = {"currency": "usd", "unit_amount": 700, "product_data": {"name": "Mug"}}
    asked = {"mode": "payment", "line_items": [{"price_data": mug, "quantity": 3}], "success_url": "https://a.example"}
    session = v1.checkout.sessions.create(asked)
    happened()

    done = fake.complete_checkout(session.id)

    assert (done["amount_total"], done["customer"]) == (2100, None)
    assert v1.payment_intents.retrieve(done["payment_intent"]).amount_received == 2100
    assert [(one.description, one.quantity) for one in v1.checkout.sessions.line_items.list(session.id).data] == [
        ("Mug", 3)
    ]
    assert happened() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_a_declined_card_leaves_the_session_open(fake, v1, price):
    asked = {
        "mode": "subscription",
        "line_items": [{"price": price, "quantity": 1}],
        "success_url": "https://a.example",
    }
    session = v1.checkout.sessions.create(asked)

    with pytest.raises(Exception, match="declined"):
        fake.complete_checkout(session.id, payment_method="pm_card_chargeDeclined")

    assert v1.checkout.sessions.retrieve(session.id).status == "open"
    assert v1.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(Exception, match="status of expired"):
        fake.complete_checkout(session.id)


def test_an_account_goes_through_onboarding(fake, v1, happened):
    asked = {"type": "express", "country": "DE", "capabilities": {"transfers": {"requested": True}}}
    account = v1.accounts.create(asked)
    link = {"account": account.id, "type": "account_onboarding", "refresh_url": "https://a", "return_url": "https://b"}
    assert (account.charges_enabled, account.capabilities.transfers) == (False, "inactive")
    assert v1.account_links.create(link).url.startswith("https://connect.stripe.com/")

    fake.complete_onboarding(account.id)

    assert v1.accounts.retrieve(account.id).charges_enabled
    assert [(event["type"], event["account"]) for event in fake.undelivered] == [("account.updated", account.id)]
    made = v1.customers.create({"name": "Ada"}, {"stripe_account": account.id})
    assert fake.undelivered[-1]["account"] == account.id
    with pytest.raises(stripe_python.InvalidRequestError, match="No such customer"):
        v1.customers.retrieve(made.id)


def test_the_portal_has_a_url(v1, happened, customer):
    assert v1.billing_portal.sessions.create({"customer": customer.id}).url.startswith("https://billing.stripe.com/")
    assert happened() == ["billing_portal.session.created"]


def test_live_mode_is_apart(client_with, fake):
    live = client_with("sk_live_fake").v1
    made = live.customers.create({"name": "Ada"})

    assert made.livemode is fake.undelivered[0]["livemode"] is True
    with pytest.raises(stripe_python.InvalidRequestError, match="No such customer"):
        client_with("sk_test_fake").v1.customers.retrieve(made.id)


def test_every_operation_is_one_of_stripe_python_with_its_parameters():
    assert set(OPERATIONS) <= known_names()
    for name, operation in OPERATIONS.items():
        found = stripe_python.params
        for part in operation.params.split("."):
            found = getattr(found, part)
        assert found.__annotations__, name


def test_every_event_that_is_made_is_in_the_catalogue_and_its_object_has_the_keys_of_stripe(
    fake, v1, subscription, customer, price
):
    fake.advance(months=3)
    session = v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "line_items": [{"price": price, "quantity": 1}],
            "success_url": "https://a.example",
            "subscription_data": {"trial_period_days": 7},
        }
    )
    fake.complete_checkout(session.id)
    v1.setup_intents.create({"customer": customer.id, "payment_method": "pm_card_visa", "confirm": True})
    account = v1.accounts.create({"type": "express", "capabilities": {"transfers": {"requested": True}}})
    fake.complete_onboarding(account.id)
    shared = {"application_fee_amount": 100, "transfer_data": {"destination": account.id}}
    paid = {"amount": 1000, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    intent = v1.payment_intents.create(paid | shared)
    v1.refunds.create({"payment_intent": intent.id, "reverse_transfer": True, "refund_application_fee": True})
    payout = v1.payouts.create({"amount": 500, "currency": "eur"}, {"stripe_account": account.id})
    fake.fail_payout(payout.id, account=account.id)
    v1.subscriptions.create(
        {
            "customer": customer.id,
            "items": [{"price": price}],
            "collection_method": "send_invoice",
            "days_until_due": 14,
        }
    )

    assert {event["type"] for event in fake.undelivered} <= set(CATALOG)
    if NEWEST:
        from stripe._object_classes import get_object_class

        for event in fake.undelivered:
            obj = event["data"]["object"]
            keys = set(get_object_class("V1", obj["object"]).__annotations__) | {"object"}
            assert (event["type"], set(obj) - keys) == (event["type"], set())
