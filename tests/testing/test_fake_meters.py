"""Metered prices: usage is reported, and paid after the period."""

import pytest
import stripe as stripe_python

NOON = 1_793_188_800  # when the clock of the fake starts
DAY = 24 * 60 * 60


@pytest.fixture
def http_client(fake):
    return fake.http_client()


@pytest.fixture
def create_meter(v1):
    def create_meter(formula="sum", **how):
        names = {"display_name": "Requests", "event_name": "requests"}
        return v1.billing.meters.create({**names, "default_aggregation": {"formula": formula}, **how})

    return create_meter


@pytest.fixture
def meter(create_meter):
    return create_meter()


@pytest.fixture
def report(v1, customer):
    """Report usage of the customer."""

    def report(value="1", **how):
        payload = {"stripe_customer_id": customer.id, "value": value}
        return v1.billing.meter_events.create({"event_name": "requests", "payload": payload, **how})

    return report


@pytest.fixture
def subscribe(v1, customer):
    def subscribe(meter, amount="5", **how):
        recurring = {"interval": "month", "usage_type": "metered", "meter": meter.id}
        offer = {"currency": "eur", "unit_amount_decimal": amount, "recurring": recurring}
        price = v1.prices.create({**offer, "product_data": {"name": "Requests"}})
        return v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}], **how})

    return subscribe


@pytest.fixture
def metered_lines(v1):
    """The quantity and the amount of each metered line, the oldest invoice first."""

    def metered_lines(subscription):
        invoices = v1.invoices.list({"subscription": subscription.id}).data
        return [(line.quantity, line.amount) for invoice in reversed(invoices) for line in invoice.lines.data]

    return metered_lines


def test_the_usage_of_a_period_is_paid_when_it_has_ended(fake, v1, create_meter, subscribe, report, metered_lines):
    subscription = subscribe(create_meter())
    report("100", timestamp=fake.now - 1)  # before the subscription
    report("7")
    fake.advance(days=10)
    report("5")

    fake.advance(months=1)
    report("1000")

    assert metered_lines(subscription) == [(0, 0), (12, 60)]
    invoice = v1.invoices.retrieve(v1.subscriptions.retrieve(subscription.id).latest_invoice)
    assert (invoice.status, invoice.total, invoice.amount_paid) == ("paid", 60, 60)
    (line,) = invoice.lines.data
    assert (line.period.start, line.period.end) == (invoice.period_start, invoice.period_end)
    fake.advance(months=1)
    assert metered_lines(subscription)[2:] == [(1000, 5000)]


def test_usage_at_the_end_of_a_period_belongs_to_the_next_one(fake, v1, create_meter, subscribe, report, metered_lines):
    subscription = subscribe(create_meter())
    fake.advance(days=29)
    end = subscription["items"].data[0].current_period_end
    fake.advance(end - fake.now - 60)
    report("1", timestamp=end - 1)
    report("10", timestamp=end)

    fake.advance(months=1, days=1)

    assert metered_lines(subscription) == [(0, 0), (1, 5), (10, 50)]


@pytest.mark.parametrize(("formula", "quantity"), [("sum", 9), ("count", 3), ("last", 4)])
def test_a_meter_aggregates_by_its_formula(fake, create_meter, subscribe, report, metered_lines, formula, quantity):
    subscription = subscribe(create_meter(formula))
    report("3", timestamp=fake.now + 1)
    report("4", timestamp=fake.now + 3)
    report("2", timestamp=fake.now + 2)

    fake.advance(months=1)

    assert metered_lines(subscription)[1] == (quantity, 5 * quantity)


def test_parts_of_a_cent_are_rounded_once(fake, create_meter, subscribe, report, metered_lines):
    subscription = subscribe(create_meter(), amount="0.5")
    report("3")
    report("2.4")

    fake.advance(months=1)

    assert metered_lines(subscription)[1] == (5, 3)


def test_usage_in_a_trial_and_of_others_is_not_paid(fake, v1, create_meter, subscribe, report, metered_lines):
    other = v1.customers.create({})
    subscription = subscribe(create_meter(), trial_period_days=7)
    report("100")
    fake.advance(days=8)
    report("2")
    payload = {"stripe_customer_id": other.id, "value": "30"}
    v1.billing.meter_events.create({"event_name": "requests", "payload": payload})

    fake.advance(months=1)

    assert metered_lines(subscription) == [(0, 0), (0, 0), (2, 10)]


def test_a_monthly_meter_next_to_a_daily_price_is_paid_once_a_month(
    fake, v1, customer, create_meter, subscribe, report
):
    subscription = subscribe(create_meter())
    offer = {"currency": "eur", "unit_amount": 100, "recurring": {"interval": "day"}}
    daily = v1.prices.create({**offer, "product_data": {"name": "Support"}})
    metered = subscription["items"].data[0].price.id
    both = v1.subscriptions.create({"customer": customer.id, "items": [{"price": metered}, {"price": daily.id}]})
    report("3")

    fake.advance(days=1)

    (line,) = v1.invoices.retrieve(v1.subscriptions.retrieve(both.id).latest_invoice).lines.data
    assert (line.amount, line.pricing.price_details.price) == (100, daily.id)


def test_an_identifier_is_accepted_once(fake, meter, report):
    first = report("7", identifier="usage-1")

    with pytest.raises(stripe_python.InvalidRequestError, match="already exists with identifier usage-1") as refused:
        report("7", identifier="usage-1")

    assert (refused.value.http_status, refused.value.code) == (400, None)
    assert [event["identifier"] for event in fake.created("billing.meter_event")] == [first.identifier]


def test_without_an_identifier_each_event_is_another_one(fake, meter, report):
    assert report().identifier != report().identifier
    assert len(fake.created("billing.meter_event")) == 2


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"event_name": "request"}, "No active meter found for event name request"),
        ({"payload": {"value": "1"}}, "No such customer"),
        ({"value": "many"}, "it has to be a number"),
        ({"timestamp": NOON - 36 * DAY}, "within the past 35 days"),
        ({"timestamp": NOON + DAY}, "5 minutes in the future"),
    ],
)
def test_usage_that_cannot_be_counted_is_refused(fake, meter, report, how, message):
    with pytest.raises(stripe_python.InvalidRequestError, match=message):
        report(**how)

    assert fake.created("billing.meter_event") == []


def test_two_meters_cannot_listen_to_the_same_events(fake, create_meter):
    create_meter()

    with pytest.raises(stripe_python.InvalidRequestError, match="event name requests already exists"):
        create_meter(display_name="Others")

    assert [event["type"] for event in fake.undelivered] == ["billing.meter.created"]


def test_a_metered_price_has_a_meter(v1):
    recurring = {"interval": "month", "usage_type": "metered"}
    offer = {"currency": "eur", "unit_amount": 5, "product_data": {"name": "Requests"}}

    with pytest.raises(stripe_python.InvalidRequestError, match=r"Missing required param: recurring\[meter\]"):
        v1.prices.create({**offer, "recurring": recurring})
    with pytest.raises(stripe_python.InvalidRequestError, match=r"No such billing\.meter"):
        v1.prices.create({**offer, "recurring": {**recurring, "meter": "mtr_1"}})
