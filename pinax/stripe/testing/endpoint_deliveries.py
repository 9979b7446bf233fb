"""What Stripe posts to webhook endpoints: who gets an event, in which form and API version, and with which signature.

Source: https://docs.stripe.com/webhooks
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from pinax.stripe.testing.endpoints import V1, V2
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.signing import signature_of
from pinax.stripe.testing.store import Store
from pinax.stripe.testing.versions import event_in

_OWN: Final = "@self"
_CONNECTED: Final = "@accounts"


class EndpointDelivery(NamedTuple):
    """A POST to an endpoint."""

    #: The id of the endpoint, ``we_…`` or ``ed_…``.
    endpoint: str
    #: Where it is posted.
    url: str
    body: bytes
    #: With the signature over the body.
    headers: Mapping[str, str]

    @property
    def target(self) -> str:
        """The path and the query of the URL."""
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path


def deliveries_of(event: Mapping[str, Any], twin: Mapping[str, Any], store: Store) -> Iterator[EndpointDelivery]:
    """Yield the deliveries of a snapshot event to the platform's enabled endpoints, the newest endpoint first.

    Args:
        event: the snapshot event.
        twin: the thin event of the same occurrence.
        store: what is at Stripe.
    """
    source = _CONNECTED if event.get("account") else _OWN
    for endpoint in store.newest_first([V1, V2], "", event["livemode"]):
        is_thin = endpoint.get("event_payload") == "thin"
        kind = f"v1.{event['type']}" if is_thin else event["type"]
        if endpoint["status"] != "enabled" or source not in _sources(endpoint):
            continue
        if kind in endpoint["enabled_events"] or (not is_thin and "*" in endpoint["enabled_events"]):
            version = endpoint.get("api_version") or endpoint.get("snapshot_api_version") or event["api_version"]
            body = json.dumps(twin if is_thin else event_in(event, version)).encode()
            url = endpoint["url"] if endpoint["object"] == V1 else endpoint["webhook_endpoint"]["url"]
            yield EndpointDelivery(endpoint["id"], url, body, _signed(body, store.secrets.get(endpoint["id"], "")))


def _sources(endpoint: Json) -> list[str]:
    if endpoint["object"] == V2:
        return list(endpoint["events_from"])
    return [_CONNECTED if endpoint.get("application") else _OWN]


def _signed(body: bytes, secret: str) -> dict[str, str]:
    return {"Stripe-Signature": signature_of(body, secret)}
