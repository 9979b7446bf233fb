"""Webhook endpoints and event destinations of the fake, as stripe-python's own methods use them."""

import pytest
import stripe as stripe_python

TYPES = ["invoice.paid", "charge.failed"]
URL = "https://shop.example/stripe/webhook/"
DESTINATION = {
    "name": "shop",
    "type": "webhook_endpoint",
    "event_payload": "snapshot",
    "enabled_events": TYPES,
    "webhook_endpoint": {"url": URL},
    "include": ["webhook_endpoint.signing_secret", "webhook_endpoint.url"],
}


@pytest.fixture
def endpoints(client):
    return client.v1.webhook_endpoints


@pytest.fixture
def destinations(client):
    return client.v2.core.event_destinations


def test_an_endpoint_says_its_secret_once(endpoints):
    created = endpoints.create({"url": URL, "enabled_events": TYPES, "api_version": "2026-09-30.endive"})

    (listed,) = endpoints.list().data
    assert created.secret.startswith("whsec_")
    assert len(created.secret) == len("whsec_") + 32
    assert getattr(listed, "secret", None) is None
    assert (listed.id, listed.url, listed.enabled_events, listed.status) == (created.id, URL, TYPES, "enabled")
    assert (listed.api_version, listed.application) == ("2026-09-30.endive", None)


def test_an_endpoint_of_connected_accounts_has_an_application(endpoints):
    assert endpoints.create({"url": URL, "enabled_events": TYPES, "connect": True}).application == "ca_fake"


def test_an_endpoint_is_changed_key_by_key(endpoints):
    created = endpoints.create({"url": URL, "enabled_events": TYPES, "metadata": {"shop": "a", "team": "b"}})

    endpoints.update(created.id, {"disabled": True, "enabled_events": ["invoice.paid"]})
    changed = endpoints.update(created.id, {"metadata": {"team": ""}})

    assert (changed.status, changed.enabled_events) == ("disabled", ["invoice.paid"])
    assert changed.metadata["shop"] == "a"
    assert "team" not in changed.metadata


def test_a_deleted_endpoint_is_gone(endpoints):
    created = endpoints.create({"url": URL, "enabled_events": TYPES})

    assert endpoints.delete(created.id).deleted is True
    assert endpoints.list().data == []
    with pytest.raises(stripe_python.InvalidRequestError, match="No such webhook_endpoint"):
        endpoints.update(created.id, {"disabled": True})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": URL}, "Missing required param: enabled_events"),
        ({"url": "shop.example", "enabled_events": TYPES}, "Invalid URL"),
        ({"url": URL, "enabled_events": ["invoice.payd"]}, "Invalid event type: invoice.payd"),
        ({"url": URL, "enabled_events": TYPES, "disabled": True}, "Received unknown parameter: disabled"),
    ],
)
def test_what_stripe_does_not_take_is_refused(fields, words, endpoints):
    with pytest.raises(stripe_python.InvalidRequestError, match=words):
        endpoints.create(fields)


def test_the_version_of_an_endpoint_cannot_be_changed(endpoints):
    created = endpoints.create({"url": URL, "enabled_events": TYPES})

    with pytest.raises(stripe_python.InvalidRequestError, match="unknown parameter: api_version"):
        endpoints.update(created.id, {"api_version": "2026-09-30.endive"})


def test_live_mode_needs_https(client_with):
    with pytest.raises(stripe_python.InvalidRequestError, match="https"):
        client_with("sk_live_fake").v1.webhook_endpoints.create({"url": "http://a.example", "enabled_events": TYPES})


def test_there_are_sixteen_at_most_of_both_kinds(endpoints, destinations):
    for _ in range(15):
        endpoints.create({"url": URL, "enabled_events": TYPES})
    destinations.create(DESTINATION)

    with pytest.raises(stripe_python.InvalidRequestError, match="maximum of 16"):
        endpoints.create({"url": URL, "enabled_events": TYPES})


def test_a_destination_shows_what_is_included_and_its_secret_once(destinations):
    created = destinations.create(DESTINATION)

    (bare,) = destinations.list().data
    (listed,) = destinations.list({"include": ["webhook_endpoint.url"]}).data
    assert created.webhook_endpoint.signing_secret.startswith("whsec_")
    assert bare.webhook_endpoint is None
    assert listed.webhook_endpoint.url == URL
    assert getattr(listed.webhook_endpoint, "signing_secret", None) is None
    assert (listed.status, listed.events_from, listed.object) == ("enabled", ["@self"], "v2.core.event_destination")


def test_a_destination_is_disabled_enabled_and_deleted(destinations):
    created = destinations.create(DESTINATION)

    assert destinations.disable(created.id).status_details.disabled.reason == "user"
    assert destinations.enable(created.id).status == "enabled"
    assert destinations.update(created.id, {"enabled_events": ["invoice.paid"]}).enabled_events == ["invoice.paid"]
    destinations.delete(created.id)
    assert destinations.list().data == []


def test_a_ping_names_its_destination(destinations):
    created = destinations.create(DESTINATION)

    ping = destinations.ping(created.id)

    assert ping.type == "v2.core.event_destination.ping"
    assert ping.related_object.id == created.id


def test_thin_events_are_listed_one_by_one(destinations):
    thin = DESTINATION | {"event_payload": "thin", "enabled_events": ["v1.invoice.paid"]}

    assert destinations.create(thin).event_payload == "thin"
    with pytest.raises(stripe_python.StripeError):
        destinations.create(thin | {"enabled_events": ["*"]})


def test_each_mode_has_its_own(endpoints, client_with):
    endpoints.create({"url": URL, "enabled_events": TYPES})

    assert client_with("sk_live_fake").v1.webhook_endpoints.list().data == []
