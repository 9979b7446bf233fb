"""Lists: newest first, page by page, filtered as the API filters."""

import pytest
import stripe

from pinax.stripe.testing import build


@pytest.fixture
def events(fake):
    """25 events, a minute apart, the newest first."""
    made = []
    for number in range(25):
        made.append(fake.event("invoice.paid" if number % 5 == 0 else "charge.updated", build("charge")))
        fake.advance(60)
    return [event["id"] for event in reversed(made)]


def test_all_pages_together_are_all_events(fake, client, events):
    found = [event["id"] for event in client.v1.events.list({"limit": 10}).auto_paging_iter()]

    assert found == events
    assert [request.query.get("starting_after") for request in fake.asked("/v1/events")] == [
        None,
        events[9],
        events[19],
    ]


def test_pages_can_be_turned_backwards(client, events):
    page = client.v1.events.list({"limit": 10, "ending_before": events[-1]})

    assert list(reversed([event["id"] for event in page.auto_paging_iter()])) == events[:-1]


def test_a_page_says_where_it_is_from_and_whether_there_are_more(get, events):
    first, last = get("/v1/events"), get("/v1/events", starting_after=events[14])

    assert (first["object"], first["url"], first["has_more"]) == ("list", "/v1/events", True)
    assert ids(first) == events[:10]
    assert (ids(last), last["has_more"]) == (events[15:], False)


@pytest.mark.parametrize("limit", [0, 101, "ten"])
def test_a_page_has_one_to_a_hundred_objects(get, limit):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        get("/v1/events", limit=limit)

    assert (refused.value.http_status, refused.value.param) == (400, "limit")


def test_a_cursor_has_to_be_known(get, events):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        get("/v1/events", starting_after="evt_x")

    assert refused.value.code == "resource_missing"
    assert refused.value.param == "starting_after"


def test_created_has_four_comparisons_and_equality(fake, get, events):
    third = fake.now - 3 * 60

    def found(**created):
        return ids(get("/v1/events", created=created or third, limit=100))

    assert found(gt=third) == events[:2]
    assert found(gte=third) == events[:3]
    assert found(lt=third) == events[3:]
    assert found(lte=third) == events[2:]
    assert found() == [events[2]]


def test_events_are_filtered_by_type(get, events):
    def found(**query):
        return {event["type"] for event in get("/v1/events", limit=100, **query)["data"]}

    assert found(type="invoice.paid") == {"invoice.paid"}
    assert found(type="invoice.*") == {"invoice.paid"}
    assert found(types=["invoice.paid", "charge.failed"]) == {"invoice.paid"}
    assert found() == {"invoice.paid", "charge.updated"}


def test_events_are_filtered_by_delivery(get, events):
    assert len(get("/v1/events", delivery_success=False, limit=100)["data"]) == 25
    assert get("/v1/events", delivery_success=True)["data"] == []


def test_a_cursor_holds_though_the_filter_leaves_its_object_out(get, events):
    assert ids(get("/v1/events", type="invoice.paid", starting_after=events[1])) == [
        events[n] for n in (4, 9, 14, 19, 24)
    ]


def test_lists_keep_to_their_account_and_mode(fake, client_with, events):
    fake.connect("acct_1")
    theirs = fake.event("charge.updated", build("charge"), account="acct_1", livemode=True)
    live = client_with("sk_live_fake")

    assert live.raw_request("get", "/v1/events").data["data"] == []
    assert live.raw_request("get", "/v1/events", stripe_account="acct_1").data["data"] == [theirs]


def test_what_has_the_same_second_is_listed_in_reverse_order_of_coming(fake, get):
    made = [fake.put(build("charge", created=7))["id"] for _ in range(3)]

    assert ids(get("/v1/charges")) == made[::-1]


def test_objects_are_filtered_by_their_keys(fake, get):
    mine = fake.put(build("invoice_payment", invoice="in_1"))
    fake.put(build("invoice_payment", invoice={"id": "in_2", "object": "invoice"}))
    price = fake.put(build("price", active=False))
    fake.put(build("price"))

    assert get("/v1/invoice_payments", invoice="in_1")["data"] == [mine]
    assert len(get("/v1/invoice_payments", invoice="in_2")["data"]) == 1
    assert len(get("/v1/invoice_payments", payment={"type": "payment_intent"})["data"]) == 2
    assert get("/v1/prices", active=False, expand=["data.product"])["data"] == [price]
    assert get("/v1/prices", no_such_parameter="x")["data"] == []


@pytest.mark.parametrize(
    ("query", "statuses"),
    [
        ({}, ["past_due", "active", "incomplete_expired"]),
        ({"status": "all"}, ["past_due", "active", "canceled", "incomplete_expired"]),
        ({"status": "ended"}, ["canceled", "incomplete_expired"]),
        ({"status": "active"}, ["active"]),
    ],
)
def test_canceled_subscriptions_are_listed_on_demand(fake, get, query, statuses):
    for status in ("incomplete_expired", "canceled", "active", "past_due"):
        fake.put(build("subscription", status=status))

    assert [found["status"] for found in get("/v1/subscriptions", **query)["data"]] == statuses


def test_items_are_listed_for_one_subscription_only(get):
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param: subscription") as refused:
        get("/v1/subscription_items")

    assert refused.value.code == "parameter_missing"


def ids(page):
    return [obj["id"] for obj in page["data"]]


def test_recurring_prices_are_plans_too(client):
    v1 = client.v1
    product = v1.products.create({"name": "Gold"}).id
    plan = v1.plans.create({"amount": 500, "currency": "usd", "interval": "year", "product": product})
    price = v1.prices.create(
        {"currency": "usd", "unit_amount": 1000, "recurring": {"interval": "month"}, "product": product}
    )
    once = v1.prices.create({"currency": "usd", "unit_amount": 1000, "product": product})

    assert {row.id: (row.object, row.amount) for row in v1.plans.list().data} == {
        plan.id: ("plan", 500),
        price.id: ("plan", 1000),
    }
    assert v1.plans.retrieve(price.id).interval == "month"
    with pytest.raises(stripe.InvalidRequestError):
        v1.plans.retrieve(once.id)
