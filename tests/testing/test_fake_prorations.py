"""What a change within a billing period costs: the fake bills it as Stripe does."""

import pytest
import stripe.params

TEN_DAYS_LATER = ["invoiceitem.created"] * 2
PAID = "invoice.finalized payment_intent.created charge.succeeded payment_intent.succeeded".split()


@pytest.fixture
def http_client(fake):
    return fake.http_client()


@pytest.fixture
def price(v1):
    def price(amount, interval="month", name="Gold"):
        facts = {"currency": "eur", "unit_amount": amount, "recurring": {"interval": interval}}
        return v1.prices.create({**facts, "product_data": {"name": name}}).id

    return price


@pytest.fixture
def subscription(fake, v1, customer, price):
    """One that was begun ten days ago, in a month of 31 days; it costs 1 EUR a day."""
    made = v1.subscriptions.create({"customer": customer.id, "items": [{"price": price(3100)}]})
    fake.advance(days=10)
    fake.undelivered.clear()
    return made


@pytest.fixture
def change(v1, subscription):
    def change(price, **how):
        item = {"id": subscription["items"].data[0].id, "price": price}
        return v1.subscriptions.update(subscription.id, {"items": [item], **how})

    return change


@pytest.fixture
def lines(v1):
    def lines(invoice):
        found = [(line.amount, line.description) for line in v1.invoices.retrieve(invoice).lines.data]
        return sorted(found)

    return lines


def kinds(fake):
    return [event["type"] for event in fake.undelivered]


def test_an_upgrade_is_on_the_next_invoice(fake, v1, change, price, lines):
    changed = change(price(6200, name="Platinum"))
    assert kinds(fake)[-3:] == ["customer.subscription.updated", *TEN_DAYS_LATER]

    fake.advance(days=21, hours=1)

    renewed = v1.subscriptions.retrieve(changed.id).latest_invoice
    assert lines(renewed) == [
        (-2100, "Unused time on 1 of Gold"),
        (4200, "Remaining time on 1 of Platinum"),
        (6200, "1 of Platinum"),
    ]
    invoice = v1.invoices.retrieve(renewed)
    assert (invoice.status, invoice.amount_paid) == ("paid", 8300)
    details = [line.parent.invoice_item_details for line in invoice.lines.data]
    assert [(one.proration, one.subscription) for one in details if one] == [(True, changed.id)] * 2
    assert v1.invoice_items.list({"pending": True}).data == []


def test_an_upgrade_can_be_paid_at_once(fake, v1, change, price, lines):
    changed = change(price(6200), proration_behavior="always_invoice")

    invoice = v1.invoices.retrieve(changed.latest_invoice)
    assert (invoice.billing_reason, invoice.status, invoice.amount_paid) == ("subscription_update", "paid", 2100)
    assert [event for event in kinds(fake) if event in PAID] == PAID
    fake.advance(days=21, hours=1)
    assert [amount for amount, _ in lines(v1.subscriptions.retrieve(changed.id).latest_invoice)] == [6200]


def test_a_card_that_is_declined_makes_it_past_due(fake, v1, change, price, customer):
    fake.decline(customer.invoice_settings.default_payment_method)

    assert change(price(6200), proration_behavior="always_invoice").status == "past_due"


def test_a_change_can_be_free_until_the_next_invoice(fake, v1, change, price):
    changed = change(price(6200), proration_behavior="none")

    assert v1.invoice_items.list().data == []
    fake.advance(days=21, hours=1)
    assert v1.invoices.retrieve(v1.subscriptions.retrieve(changed.id).latest_invoice).amount_paid == 6200


def test_a_change_can_be_prorated_as_of_another_time(fake, v1, change, price):
    change(price(6200), proration_date=fake.now - 5 * 24 * 60 * 60)

    assert sorted(item.amount for item in v1.invoice_items.list().data) == [-2600, 5200]


def test_a_price_of_another_interval_begins_a_new_period(fake, v1, change, price, lines):
    changed = change(price(36500, "year", "Gold for a year"))

    (item,) = changed["items"].data
    assert (item.current_period_start, changed.billing_cycle_anchor) == (fake.now, fake.now)
    assert item.current_period_end == fake.now + 365 * 24 * 60 * 60
    assert lines(changed.latest_invoice) == [(-2100, "Unused time on 1 of Gold"), (36500, "1 of Gold for a year")]
    assert v1.invoices.retrieve(changed.latest_invoice).amount_paid == 34400


def test_a_period_can_begin_again_now(fake, v1, subscription):
    by_type = hasattr(stripe.params, "SubscriptionUpdateParamsBillingCycleAnchor")  # in newer versions of stripe-python
    now = {"type": "now"} if by_type else "now"

    changed = v1.subscriptions.update(subscription.id, {"billing_cycle_anchor": now})

    assert v1.invoices.retrieve(changed.latest_invoice).amount_paid == 1000
    assert changed["items"].data[0].current_period_start == fake.now


def test_items_are_prorated_by_themselves(fake, v1, subscription, price):
    added = v1.subscription_items.create({"subscription": subscription.id, "price": price(310), "quantity": 2})
    assert [item.amount for item in v1.invoice_items.list().data] == [420]

    v1.subscription_items.update(added.id, {"quantity": 1, "proration_behavior": "none"})
    v1.subscription_items.delete(added.id)
    assert [item.amount for item in v1.invoice_items.list().data] == [-210, 420]


def test_a_trial_has_nothing_to_prorate(fake, v1, customer, price):
    made = v1.subscriptions.create({"customer": customer.id, "items": [{"price": price(3100)}], "trial_period_days": 7})

    item = {"id": made["items"].data[0].id, "price": price(36500, "year")}
    changed = v1.subscriptions.update(made.id, {"items": [item], "proration_behavior": "always_invoice"})

    assert v1.invoice_items.list().data == []
    assert changed.latest_invoice == made.latest_invoice


def test_an_item_is_billed_at_the_end_of_its_own_period(fake, v1, customer, price, lines):
    made = v1.subscriptions.create(
        {"customer": customer.id, "items": [{"price": price(3100)}, {"price": price(700, "week", "Support")}]}
    )

    fake.advance(days=7, hours=1)

    assert lines(v1.subscriptions.retrieve(made.id).latest_invoice) == [(700, "1 of Support")]
