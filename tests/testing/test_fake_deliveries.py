"""What the fake delivers: to whom, in which API version, and signed with which secret."""

import json

import pytest

from pinax.stripe.testing import build, in_version

URL = "https://shop.example/stripe/webhook/"
OLD, BASIL = "2024-06-20", "2025-06-30.basil"


@pytest.fixture
def create(client):
    """Create an endpoint for subscriptions; returns it."""

    def create(**facts):
        types = ["customer.subscription.updated", "promotion_code.updated"]
        return client.v1.webhook_endpoints.create({"url": URL, "enabled_events": types, **facts})

    return create


@pytest.fixture
def happens(fake):
    def happens(kind="customer.subscription.updated", obj=None, **facts):
        return fake.event(kind, obj or build("subscription"), **facts)

    return happens


def test_each_enabled_endpoint_of_the_type_gets_it_in_its_own_version(fake, client, create, happens):
    first, second, third = create(api_version=OLD), create(), create(enabled_events=["invoice.paid"])
    client.v1.webhook_endpoints.update(create().id, {"disabled": True})
    event = happens()

    found = {one.endpoint: json.loads(one.body) for one in fake.deliveries(event)}

    assert third.id not in found
    assert found == {first.id: found[first.id], second.id: event}
    assert found[first.id]["api_version"] == OLD
    assert {**found[first.id], "api_version": event["api_version"], "data": event["data"]} == event


def test_old_versions_have_old_shapes(fake, create, happens):
    create(api_version=OLD)
    subscription = build("subscription")

    (post,) = fake.deliveries(happens(obj=subscription))

    shown, item = json.loads(post.body)["data"]["object"], subscription["items"]["data"][0]
    assert shown["current_period_end"] == item["current_period_end"]
    assert "current_period_end" not in shown["items"]["data"][0]
    assert "current_period_end" not in subscription


def test_an_event_can_be_made_in_an_old_version(fake):
    invoice = build("invoice", subscription="sub_1", total_taxes=[{"amount": 3}, {"amount": 4}])

    event = fake.event("invoice.paid", invoice, api_version=OLD)

    shown = event["data"]["object"]
    (line,) = shown["lines"]["data"]
    assert (event["api_version"], shown["subscription"], shown["tax"]) == (OLD, "sub_1", 7)
    assert (line["type"], line["proration"]) == ("subscription", False)
    assert line["subscription_item"].startswith("si_")
    assert not {"parent", "total_taxes"} & {*shown, *line}
    assert in_version(shown, OLD) == shown
    assert fake.created("invoice") == [invoice]


def test_each_shape_is_that_of_its_own_version(fake, create, happens):
    create(api_version=BASIL)
    subscription, code = build("subscription"), build("promotion_code", promotion={"type": "coupon", "coupon": "co_1"})

    (period,) = fake.deliveries(happens(obj=subscription))
    (code,) = fake.deliveries(happens("promotion_code.updated", code))

    assert "current_period_end" not in json.loads(period.body)["data"]["object"]
    assert json.loads(code.body)["data"]["object"]["coupon"] == "co_1"


def test_each_is_signed_with_the_secret_of_its_endpoint(fake, create, happens, settings):
    from pinax.stripe.inbox.signature import check

    made = {one.id: one.secret for one in (create(), create())}
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = made

    found = {one.endpoint: check(one.body, one.headers["Stripe-Signature"]) for one in fake.deliveries(happens())}

    assert found == {id_: id_ for id_ in made}


def test_own_and_connected_accounts_and_modes_have_endpoints_of_their_own(fake, create, happens):
    own, connected = create(), create(connect=True)
    fake.connect("acct_1")

    def ids(**facts):
        return [one.endpoint for one in fake.deliveries(happens(**facts))]

    assert (ids(), ids(account="acct_1"), ids(livemode=True)) == ([own.id], [connected.id], [])


def test_destinations_get_snapshots_or_thin_events(fake, client, happens):
    made = {
        payload: client.v2.core.event_destinations.create(
            {
                "name": payload,
                "type": "webhook_endpoint",
                "event_payload": payload,
                "enabled_events": types,
                **({"snapshot_api_version": OLD} if payload == "snapshot" else {}),
                "webhook_endpoint": {"url": f"{URL}?compare=1"},
                "include": ["webhook_endpoint.signing_secret"],
            }
        )
        for payload, types in (("snapshot", ["*"]), ("thin", ["v1.customer.subscription.updated"]))
    }
    event = happens()

    found = {one.endpoint: one for one in fake.deliveries(event)}

    snapshot, thin = (json.loads(found[made[payload].id].body) for payload in ("snapshot", "thin"))
    assert (snapshot["id"], snapshot["api_version"]) == (event["id"], OLD)
    assert (thin["object"], thin["snapshot_event"]) == ("v2.core.event", event["id"])
    assert found[made["thin"].id].target == "/stripe/webhook/?compare=1"


def test_an_event_without_an_object_is_delivered_as_it_is(fake, create):
    create(api_version=OLD, enabled_events=["*"])
    event = fake.event("ping")

    (post,) = fake.deliveries(event)

    assert json.loads(post.body) == {**event, "api_version": OLD}
    assert post.target == "/stripe/webhook/"


def test_what_keys_were_before_has_the_shape_of_the_version_too(fake):
    old = build("subscription", id="sub_1", items=[build("subscription_item", id="si_1", current_period_end=1)])
    new = build("subscription", id="sub_1", items=[build("subscription_item", id="si_1", current_period_end=2)])
    changed = {"items": old["items"], "latest_invoice": None}

    event = fake.event("customer.subscription.updated", new, previous_attributes=changed, api_version=OLD)

    previous = event["data"]["previous_attributes"]
    assert (previous["current_period_end"], event["data"]["object"]["current_period_end"]) == (1, 2)
    assert previous.keys() == {"items", "latest_invoice", "current_period_end"}
    assert "current_period_end" not in previous["items"]["data"][0]


def test_an_invoice_item_of_an_old_version_names_its_subscription(fake):
    event = fake.event("invoiceitem.created", build("invoiceitem", subscription="sub_1"), api_version=OLD)

    item = event["data"]["object"]
    assert item["subscription"] == "sub_1"
    assert not {"parent", "pricing"} & item.keys()
