"""What projects do at Stripe with objects that are open, authorized or over, and what they may not."""

import asyncio

import pytest
import stripe as stripe_python


@pytest.fixture
def draft(v1, customer):
    v1.invoice_items.create({"customer": customer.id, "amount": 300, "currency": "usd"})
    return v1.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include"})


def refused(request):
    """The parameter, the code or the words with which Stripe refuses a request."""
    with pytest.raises(stripe_python.StripeError) as raised:
        request()
    return raised.value.param or raised.value.code or str(raised.value)


def test_a_card_is_saved_in_steps(v1, fake, customer):
    intent = v1.setup_intents.create({"customer": customer.id, "metadata": {"a": "1", "b": "2"}})
    assert intent.status == "requires_payment_method"
    assert refused(lambda: v1.setup_intents.confirm(intent.id)) == "setup_intent_unexpected_state"
    v1.setup_intents.update(intent.id, {"metadata": {"a": "", "c": "3"}})
    assert [kept["metadata"] for kept in fake.created("setup_intent")] == [{"b": "2", "c": "3"}]

    saved = v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert saved.status == "succeeded"
    assert refused(lambda: v1.setup_intents.confirm(intent.id)) == "setup_intent_unexpected_state"
    assert refused(lambda: v1.setup_intents.cancel(intent.id)) == "setup_intent_unexpected_state"


def test_the_saving_of_a_card_is_called_off(v1):
    intent = v1.setup_intents.create()

    ended = v1.setup_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})

    assert (ended.status, ended.cancellation_reason) == ("canceled", "abandoned")


def test_a_payment_is_made_in_steps(v1, customer):
    intent = v1.payment_intents.create({"amount": 500, "currency": "eur", "customer": customer.id})
    assert refused(lambda: v1.payment_intents.confirm(intent.id)) == "payment_intent_unexpected_state"
    changed = v1.payment_intents.update(intent.id, {"payment_method": "pm_card_visa", "metadata": {"order": "7"}})
    assert (changed.status, changed.metadata["order"]) == ("requires_confirmation", "7")

    paid = v1.payment_intents.confirm(intent.id)

    assert (paid.status, paid.amount_received) == ("succeeded", 500)
    assert refused(lambda: v1.payment_intents.confirm(intent.id)) == "payment_intent_unexpected_state"
    assert refused(lambda: v1.payment_intents.capture(intent.id)) == "payment_intent_unexpected_state"
    assert refused(lambda: v1.payment_intents.cancel(intent.id)) == "payment_intent_unexpected_state"
    assert refused(lambda: v1.payment_intents.create({"amount": 0, "currency": "eur"})) == "amount"


def test_a_part_of_what_was_authorized_is_captured(v1):
    asked = {"amount": 500, "currency": "eur", "payment_method": "pm_card_visa", "capture_method": "manual"}
    intent = v1.payment_intents.create({**asked, "confirm": True})
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 500)
    assert refused(lambda: v1.payment_intents.capture(intent.id, {"amount_to_capture": 501})) == "amount_to_capture"

    captured = v1.payment_intents.capture(intent.id, {"amount_to_capture": 200})

    assert (captured.status, captured.amount_received) == ("succeeded", 200)
    charge = v1.charges.retrieve(captured.latest_charge)
    assert (charge.captured, charge.amount_captured, charge.amount_refunded) == (True, 200, 300)


def test_what_was_authorized_is_released(v1):
    asked = {"amount": 500, "currency": "eur", "payment_method": "pm_card_visa", "capture_method": "manual"}
    intent = v1.payment_intents.create({**asked, "confirm": True})

    ended = v1.payment_intents.cancel(intent.id, {"cancellation_reason": "requested_by_customer"})

    assert (ended.status, ended.amount_capturable) == ("canceled", 0)


def test_an_invoice_goes_its_way_and_no_other(v1, draft):
    assert v1.invoices.update(draft.id, {"metadata": {"order": "7"}}).metadata["order"] == "7"
    assert refused(lambda: v1.invoices.void_invoice(draft.id)) == "invoice_not_editable"
    assert v1.invoices.finalize_invoice(draft.id).status == "open"
    assert refused(lambda: v1.invoices.delete(draft.id)) == "invoice_not_editable"
    assert v1.invoices.mark_uncollectible(draft.id).status == "uncollectible"
    assert v1.invoices.void_invoice(draft.id).status == "void"


def test_an_invoice_is_sent_and_paid_elsewhere(v1, draft):
    assert v1.invoices.send_invoice(draft.id).status == "open"

    assert v1.invoices.pay(draft.id, {"paid_out_of_band": True}).status == "paid"

    assert "already paid" in refused(lambda: v1.invoices.pay(draft.id))


def test_a_draft_is_deleted(v1, draft):
    assert v1.invoices.delete(draft.id).deleted is True


def test_an_invoice_without_a_card_is_not_paid(v1):
    customer = v1.customers.create()
    v1.invoice_items.create({"customer": customer.id, "amount": 300, "currency": "usd"})
    invoice = v1.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include"})

    assert refused(lambda: v1.invoices.pay(invoice.id))
    assert v1.invoices.retrieve(invoice.id).status == "open"


def test_a_payment_is_refunded_in_parts_and_not_twice(v1):
    asked = {"amount": 500, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    intent = v1.payment_intents.create(asked)
    refund = v1.refunds.create({"payment_intent": intent.id, "amount": 200})

    assert v1.refunds.update(refund.id, {"metadata": {"why": "broken"}}).metadata["why"] == "broken"
    assert refused(lambda: v1.refunds.create({"charge": intent.latest_charge, "amount": 301})) == "amount"
    assert v1.refunds.create({"charge": intent.latest_charge}).amount == 300
    assert refused(lambda: v1.refunds.create({"charge": intent.latest_charge})) == "charge_already_refunded"
    assert "payment_intent or charge" in refused(lambda: v1.refunds.create({"amount": 1}))
    unpaid = v1.payment_intents.create({"amount": 500, "currency": "eur"})
    assert "successful charge" in refused(lambda: v1.refunds.create({"payment_intent": unpaid.id}))


def test_a_price_has_a_product_and_an_amount(v1):
    made = v1.prices.create({"currency": "eur", "unit_amount": 900, "product_data": {"name": "Silver"}})
    assert v1.products.retrieve(made.product).name == "Silver"
    assert refused(lambda: v1.prices.create({"currency": "eur", "unit_amount": 900})) == "product"
    assert refused(lambda: v1.prices.create({"currency": "eur", "product": made.product})) == "unit_amount"


def test_an_item_of_an_invoice_has_an_amount_or_a_price(v1, customer):
    price = v1.prices.create({"currency": "eur", "unit_amount": 900, "product_data": {"name": "Silver"}})

    item = v1.invoice_items.create({"customer": customer.id, "pricing": {"price": price.id}, "quantity": 2})

    assert (item.amount, item.currency) == (1800, "eur")
    assert refused(lambda: v1.invoice_items.create({"customer": customer.id, "currency": "eur"})) == "amount"


def test_a_subscription_is_changed_and_only_a_paused_one_is_resumed(v1, fake, customer):
    recurring = {"currency": "eur", "unit_amount": 900, "recurring": {"interval": "month"}}
    price = v1.prices.create({**recurring, "product_data": {"name": "Silver"}})
    subscription = v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})

    on_trial = v1.subscriptions.update(
        subscription.id,
        {
            "trial_end": fake.now + 1000,
            "metadata": {"team": "7"},
            "pause_collection": {"behavior": "void"},
            "default_payment_method": customer.invoice_settings.default_payment_method,
        },
    )

    assert (on_trial.status, on_trial.metadata["team"], on_trial.pause_collection.behavior) == ("trialing", "7", "void")
    assert "only a paused one" in refused(lambda: v1.subscriptions.resume(subscription.id))
    v1.subscriptions.cancel(subscription.id, {"cancellation_details": {"comment": "too dear"}})
    assert refused(lambda: v1.subscriptions.cancel(subscription.id)) == "id"
    to_be_sent = {"customer": customer.id, "items": [{"price": price.id}], "collection_method": "send_invoice"}
    assert refused(lambda: v1.subscriptions.create(to_be_sent)) == "days_until_due"


def test_the_client_without_a_socket_streams_and_waits_as_one_with_a_socket(fake):
    http, headers = fake.http_client(), {"Authorization": f"Bearer {fake.test_key}"}
    url = "https://api.stripe.com/v1/customers"

    async def streamed():
        await http.sleep_async(0)
        parts, status, _headers = await http.request_stream_async("get", url, headers)
        await http.close_async()
        return b"".join([part async for part in parts]), status

    parts, status, _headers = http.request_stream("get", url, headers)
    http.close()
    assert asyncio.run(streamed()) == (b"".join(parts), status)
    assert status == 200
