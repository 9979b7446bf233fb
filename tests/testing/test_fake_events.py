"""Events: recorded as they happened, given back as they were delivered."""

import json
from datetime import UTC, datetime

import pytest
import stripe

from pinax.stripe.testing import build


def test_an_event_is_found_as_it_was_delivered(fake, get):
    delivered = fake.event("charge.succeeded", build("charge", amount=500))

    assert get(f"/v1/events/{delivered['id']}") == delivered


def test_a_delivery_has_the_shape_of_stripes(fake):
    delivered = fake.event("charge.succeeded", build("charge"), previous_attributes={"status": "pending"})

    assert delivered["id"].startswith("evt_")
    assert delivered["object"] == "event"
    assert delivered["api_version"] == "2026-10-28.endive"
    assert delivered["created"] == fake.now
    assert delivered["data"]["previous_attributes"] == {"status": "pending"}
    assert delivered["livemode"] is False
    assert delivered["pending_webhooks"] == 1
    assert delivered["request"] == {"id": None, "idempotency_key": None}
    assert delivered["type"] == "charge.succeeded"
    assert "account" not in delivered


def test_every_fact_of_an_event_can_be_chosen(fake, get):
    delivered = fake.event(
        "charge.updated", build("charge"), id="evt_mine", created=12, api_version="2024-06-20", livemode=True
    )

    assert (delivered["id"], delivered["created"], delivered["api_version"]) == ("evt_mine", 12, "2024-06-20")
    assert delivered["livemode"] is True
    assert delivered["data"]["object"]["livemode"] is True


def test_a_ping_carries_no_object(fake, get):
    delivered = fake.event("ping")

    assert delivered["data"] == {}
    assert get(f"/v1/events/{delivered['id']}") == delivered


def test_an_event_keeps_the_object_as_it_was_then(fake, get):
    charge = build("charge", description="before")
    first = fake.event("charge.succeeded", charge)

    charge["description"] = "changed by the test, unknown to Stripe"
    fake.event("charge.updated", charge | {"description": "after"})

    assert get(f"/v1/events/{first['id']}")["data"]["object"]["description"] == "before"
    assert get(f"/v1/charges/{charge['id']}")["description"] == "after"


def test_an_event_that_comes_late_leaves_the_current_state_alone(fake, get):
    charge = fake.put(build("charge", description="now"))

    fake.event("charge.updated", charge | {"description": "then"}, created=fake.now - 60, store=False)

    assert get(f"/v1/charges/{charge['id']}")["description"] == "now"


def test_the_preview_of_an_invoice_has_no_id_and_is_not_kept(fake, get):
    preview = build("invoice")
    del preview["id"]

    delivered = fake.event("invoice.upcoming", preview)

    assert get(f"/v1/events/{delivered['id']}") == delivered
    assert get("/v1/invoices")["data"] == []
    with pytest.raises(ValueError, match="invoice without an id"):
        fake.put(preview)


def test_an_object_that_stripe_does_not_have_is_delivered_all_the_same(fake, get):
    delivered = fake.event("brand.new", {"id": "x_1", "size": 7})

    assert get(f"/v1/events/{delivered['id']}")["data"]["object"] == {"id": "x_1", "size": 7}


def test_what_is_no_json_is_refused_at_once(fake):
    with pytest.raises(TypeError):
        fake.event("charge.updated", build("charge") | {"created": datetime.now(UTC)})


def test_a_delivery_is_plain_json(fake):
    delivered = fake.event("charge.updated", build("charge", metadata={"sizes": (1, 2)}))

    assert delivered["data"]["object"]["metadata"] == {"sizes": [1, 2]}
    assert json.loads(json.dumps(delivered)) == delivered


def test_an_unknown_event_is_missing(client):
    with pytest.raises(stripe.InvalidRequestError) as missing:
        client.raw_request("get", "/v1/events/evt_x")

    assert missing.value.http_status == 404
    assert missing.value.code == "resource_missing"
    assert missing.value.param == "id"
    assert missing.value.user_message == "No such event: 'evt_x'"


def test_an_event_belongs_to_one_mode(fake, client_with):
    delivered = fake.event("charge.succeeded", build("charge"), livemode=True)
    path = f"/v1/events/{delivered['id']}"

    assert client_with("sk_live_fake").raw_request("get", path).data == delivered
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        client_with("sk_test_fake").raw_request("get", path)


def test_an_event_belongs_to_one_account(fake, get):
    fake.connect("acct_1")
    fake.connect("acct_2")
    delivered = fake.event("charge.succeeded", build("charge"), account="acct_1")
    path = f"/v1/events/{delivered['id']}"

    assert delivered["account"] == "acct_1"
    assert get(path, stripe_account="acct_1") == delivered
    for other in ({}, {"stripe_account": "acct_2"}):
        with pytest.raises(stripe.InvalidRequestError, match="No such event"):
            get(path, **other)


def test_a_deletion_removes_the_object(fake, get):
    customer = fake.put(build("customer"))

    fake.event("customer.deleted", customer)

    assert get(f"/v1/customers/{customer['id']}") == {
        "id": customer["id"],
        "object": "customer",
        "deleted": True,
    }


def test_a_deleted_subscription_is_only_canceled(fake, get):
    subscription = build("subscription", status="canceled")

    fake.event("customer.subscription.deleted", subscription)

    assert get(f"/v1/subscriptions/{subscription['id']}")["status"] == "canceled"


def test_an_event_that_is_delivered_waits_for_no_endpoint(fake, client):
    delivered, other = fake.event("ping"), fake.event("ping")

    fake.mark_delivered(delivered)

    waiting = client.v1.events.list({"delivery_success": False})
    assert [event.id for event in waiting.data] == [other["id"]]
    assert client.v1.events.retrieve(delivered["id"]).pending_webhooks == 0
