"""The amounts of invoices add up, whatever was changed, discounted or added."""

import pytest
import stripe as stripe_python

DAY = 24 * 60 * 60


@pytest.fixture
def price(v1):
    def price(amount, interval="month"):
        facts = {"currency": "eur", "unit_amount": amount, "recurring": {"interval": interval}}
        return v1.prices.create({**facts, "product_data": {"name": "Gold"}}).id

    return price


@pytest.fixture
def metered(v1):
    meter = {"display_name": "Calls", "event_name": "calls", "default_aggregation": {"formula": "sum"}}
    recurring = {"interval": "month", "usage_type": "metered", "meter": v1.billing.meters.create(meter).id}
    facts = {"currency": "eur", "unit_amount": 2, "recurring": recurring}
    return v1.prices.create({**facts, "product_data": {"name": "Calls"}}).id


@pytest.fixture
def subscribe(v1, customer):
    def subscribe(*prices, **how):
        items = [{"price": price} for price in prices]
        return v1.subscriptions.create({"customer": customer.id, "items": items, **how})

    return subscribe


@pytest.fixture
def change(v1):
    def change(subscription, price, **how):
        item = {"id": subscription["items"].data[0].id, "price": price}
        return v1.subscriptions.update(subscription.id, {"items": [item], **how})

    return change


@pytest.fixture
def latest(v1):
    """The latest invoice of a subscription, whose amounts add up."""

    def latest(subscription):
        invoice = v1.invoices.retrieve(v1.subscriptions.retrieve(subscription.id).latest_invoice)
        off = sum(one.amount for one in invoice.total_discount_amounts)
        assert invoice.subtotal == sum(line.amount for line in invoice.lines.data)
        assert invoice.total == invoice.subtotal - off
        assert invoice.amount_due == max(invoice.total, 0)
        return invoice

    return latest


def amounts(invoice):
    return sorted(line.amount for line in invoice.lines.data)


@pytest.mark.parametrize("off", [{"percent_off": 50}, {"amount_off": 1550, "currency": "eur"}])
def test_prorations_are_net_of_discounts_and_are_not_discounted_again(fake, v1, subscribe, change, price, latest, off):
    coupon = v1.coupons.create({**off, "duration": "forever"})
    made = subscribe(price(3100), discounts=[{"coupon": coupon.id}])
    fake.advance(days=10)

    change(made, price(6200), proration_behavior="always_invoice")

    invoice = latest(made)
    remaining = 2100 if "percent_off" in off else 4200 - 1050
    assert (amounts(invoice), invoice.total) == ([-1050, remaining], remaining - 1050)
    assert [line.discountable for line in invoice.lines.data] == [False, False]
    assert [one.amount for one in invoice.total_discount_amounts] == [0]


def test_a_downgrade_with_a_coupon_brings_back_what_was_paid(fake, v1, subscribe, change, price, latest):
    coupon = v1.coupons.create({"amount_off": 500, "currency": "eur", "duration": "forever"})
    made = subscribe(price(6200), discounts=[{"coupon": coupon.id}])

    change(made, price(3100), proration_behavior="always_invoice")

    invoice = latest(made)
    assert (invoice.total, invoice.amount_due, invoice.status) == (-3100, 0, "paid")


def test_a_discount_that_is_used_up_or_replaced_is_deleted(fake, v1, subscribe, price):
    once = v1.coupons.create({"percent_off": 10, "duration": "once"})
    forever = v1.coupons.create({"percent_off": 20, "duration": "forever"})
    made = subscribe(price(1000), discounts=[{"coupon": once.id}])
    v1.subscriptions.update(made.id, {"discounts": [{"coupon": forever.id}]})
    v1.subscriptions.update(made.id, {"discounts": ""})

    kinds = [event["type"] for event in fake.undelivered if event["type"].startswith("customer.discount.")]
    assert kinds == [f"customer.discount.{verb}" for verb in ("created", "deleted", "created", "deleted")]


def test_a_period_that_begins_again_at_once_is_paid_again_and_credited(subscribe, v1, price, latest):
    by_type = hasattr(stripe_python.params, "SubscriptionUpdateParamsBillingCycleAnchor")
    made = subscribe(price(3100))

    v1.subscriptions.update(made.id, {"billing_cycle_anchor": {"type": "now"} if by_type else "now"})

    assert amounts(latest(made)) == [-3100, 3100]


def test_usage_is_billed_until_the_change_that_begins_a_new_period(
    fake, v1, customer, subscribe, change, price, metered, latest
):
    made = subscribe(price(3100), metered)
    fake.advance(days=10)
    usage = {"stripe_customer_id": customer.id, "value": "7"}
    v1.billing.meter_events.create({"event_name": "calls", "payload": usage, "timestamp": fake.now - DAY})

    change(made, price(36500, "year"))

    invoice = latest(made)
    assert amounts(invoice) == [-2100, 14, 36500]
    (used,) = [line for line in invoice.lines.data if line.amount == 14]
    assert (used.period.start, used.period.end) == (fake.now - 10 * DAY, fake.now)


def test_a_change_leaves_the_periods_of_items_with_other_intervals(fake, v1, subscribe, price, latest):
    made = subscribe(price(3100), price(36500, "year"))
    _monthly, yearly = made["items"].data
    fake.advance(months=1, days=10, hours=1)

    change = {"id": yearly.id, "quantity": 2}
    v1.subscriptions.update(made.id, {"items": [change], "proration_behavior": "always_invoice"})

    invoice = latest(made)
    assert amounts(invoice) == [-32396, 64792]
    kept = {item.id: item.current_period_end for item in v1.subscriptions.retrieve(made.id)["items"].data}
    assert kept[yearly.id] == yearly.current_period_end
    added = v1.subscription_items.create({"subscription": made.id, "price": price(7300, "year")})
    assert added.current_period_end == yearly.current_period_end


def test_an_item_that_gets_another_interval_begins_a_new_period(fake, v1, subscribe, price, latest):
    made = subscribe(price(3100))
    fake.advance(days=10)

    item = v1.subscription_items.update(made["items"].data[0].id, {"price": price(36500, "year")})

    assert item.current_period_start == fake.now
    assert amounts(latest(made)) == [-2100, 36500]


def test_an_item_is_removed_without_proration(v1, subscribe, price):
    made = subscribe(price(3100), price(500))

    v1.subscription_items.delete(made["items"].data[1].id, {"proration_behavior": "none"})

    assert v1.invoice_items.list().data == []


def test_a_proration_is_of_the_current_period(v1, fake, subscribe, change, price):
    made = subscribe(price(3100))

    with pytest.raises(stripe_python.InvalidRequestError) as raised:
        change(made, price(6200), proration_date=fake.now - DAY)

    assert raised.value.param == "proration_date"
    assert v1.subscriptions.retrieve(made.id)["items"].data[0].price.unit_amount == 3100


def test_a_line_says_its_quantity_in_both_ways(v1, customer, price, latest):
    made = v1.subscriptions.create({"customer": customer.id, "items": [{"price": price(100), "quantity": 3}]})

    (line,) = latest(made).lines.data
    assert (line.quantity, float(line.quantity_decimal)) == (3, 3.0)


def test_items_are_added_to_a_draft(v1, customer):
    draft = v1.invoices.create({"customer": customer.id})
    new = {"customer": customer.id, "invoice": draft.id, "currency": "eur"}
    v1.invoice_items.create({**new, "amount": 700})
    v1.invoice_items.create({**new, "amount": -200})
    with pytest.raises(stripe_python.InvalidRequestError) as raised:
        v1.invoice_items.create({**new, "amount": 1, "currency": "usd"})
    assert raised.value.param == "currency"

    paid = v1.invoices.pay(draft.id)

    assert (paid.currency, paid.total, paid.amount_paid, amounts(paid)) == ("eur", 500, 500, [-200, 700])
    with pytest.raises(stripe_python.InvalidRequestError) as raised:
        v1.invoice_items.create({**new, "amount": 1})
    assert (raised.value.param, raised.value.code) == ("invoice", "invoice_not_editable")


def test_what_waits_for_a_subscription_is_invoiced(fake, v1, customer, subscribe, change, price):
    made = subscribe(price(3100))
    fake.advance(days=10)
    v1.invoice_items.create({"customer": customer.id, "amount": 55, "currency": "eur"})
    change(made, price(6200))

    how = {"customer": customer.id, "subscription": made.id, "pending_invoice_items_behavior": "include"}
    invoice = v1.invoices.create(how)

    assert amounts(invoice) == [-2100, 4200]
    assert invoice.parent.subscription_details.subscription == made.id
    assert v1.invoices.pay(invoice.id).amount_paid == 2100


def test_usage_is_a_finite_number(v1, customer, metered):
    for value in ("NaN", "Infinity", "many"):
        with pytest.raises(stripe_python.InvalidRequestError) as raised:
            v1.billing.meter_events.create(
                {"event_name": "calls", "payload": {"stripe_customer_id": customer.id, "value": value}}
            )
        assert raised.value.param == "payload[value]"
