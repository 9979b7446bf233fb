"""The requests that list, create, change and delete endpoints.

Source: https://docs.stripe.com/api/webhook_endpoints and https://docs.stripe.com/api/v2/core/event-destinations
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils import timezone

from pinax.stripe import client
from pinax.stripe.exceptions import NoSuchObject, PinaxStripeError, RequestRefused
from pinax.stripe.operations.endpoints.endpoint import CONNECTED, FINGERPRINT, Endpoint, fingerprint, of_v1, of_v2

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pinax.stripe.scope import Scope

_V1: Final = "/v1/webhook_endpoints"
_V2: Final = "/v2/core/event_destinations"
_WITH_URL: Final = "include[0]=webhook_endpoint.url"
#: One page: there are `MOST` at most.
_ALL_OF_THEM: Final = {"limit": "100"}

#: How many endpoints and destinations Stripe allows in an account and mode.
MOST: Final = 16
#: How long Stripe retries a delivery.
RETRIED: Final = timedelta(days=3)
#: How much of a URL the name of a destination shows, in characters.
LONGEST_NAME: Final = 100


class New(NamedTuple):
    """An endpoint to be created: its URL, whose events of which types it receives, in which API version or as thin."""

    url: str
    sources: Collection[str]
    types: list[str]
    api_version: str
    metadata: dict[str, str]
    thin: bool = False


class Found(NamedTuple):
    """The endpoints of an account in one mode, the oldest first.

    Attributes:
        endpoints: webhook endpoints and event destinations.
        not_listed: why event destinations could not be listed; empty if they could.
    """

    endpoints: list[Endpoint]
    not_listed: str = ""

    def named(self, id_: str) -> Endpoint | None:
        """Return the endpoint with this id, or None."""
        return next((endpoint for endpoint in self.endpoints if endpoint.id == id_), None)


def listed(scope: Scope) -> Found:
    """Return the endpoints of an account in one mode. A key that may not list destinations lists webhook endpoints.

    Raises:
        PinaxStripeError: Stripe could not be asked for webhook endpoints.
    """
    endpoints = [of_v1(data) for data in client.page(_V1, {}, _ALL_OF_THEM, scope).objects]
    try:
        answer = client.retrieve(f"{_V2}?{_WITH_URL}&limit={_ALL_OF_THEM['limit']}", {}, scope)
    except (RequestRefused, NoSuchObject) as error:
        return Found(sorted(endpoints, key=lambda one: one.created), str(error))
    known = {endpoint.id for endpoint in endpoints}
    destinations = [of_v2(data) for data in answer.data.get("data") or () if data["id"] not in known]
    return Found([*sorted(endpoints, key=lambda one: one.created), *sorted(destinations, key=lambda one: one.created)])


def create(new: New, scope: Scope, *, as_destination: bool = False) -> Endpoint:
    """Create an endpoint, and return it with its secret, which Stripe says once; for thin events, a destination.

    A second request keeps the secret's fingerprint in the metadata; nothing depends on its success.

    Raises:
        PinaxStripeError: Stripe refuses it, or could not be asked.
    """
    created = _create_destination(new, scope) if as_destination else _create_endpoint(new, scope)
    with suppress(PinaxStripeError):
        change(created, {"metadata": {FINGERPRINT: fingerprint(created.secret)}}, scope)
    return created


def create_disabled(new: New, scope: Scope, *, as_destination: bool = False) -> Endpoint:
    """Create an endpoint as `create` does, and disable it: Stripe can only create enabled ones.

    An error while it is disabled is not raised: its secret must not get lost.

    Raises:
        PinaxStripeError: Stripe refuses to create it, or could not be asked.
    """
    created = create(new, scope, as_destination=as_destination)
    with suppress(PinaxStripeError):
        switch(created, scope, on=False)
    return created


def change(endpoint: Endpoint, fields: Mapping[str, Any], scope: Scope) -> None:
    """Change an endpoint: ``enabled_events`` as a whole, ``metadata`` key by key.

    Raises:
        PinaxStripeError: Stripe refuses it, or could not be asked.
    """
    client.post(f"{_path_of(endpoint)}/{{id}}", {"id": endpoint.id}, fields, scope)


def switch(endpoint: Endpoint, scope: Scope, *, on: bool) -> None:
    """Enable or disable an endpoint.

    Raises:
        PinaxStripeError: Stripe refuses it, or could not be asked.
    """
    places = {"id": endpoint.id}
    if endpoint.is_destination:
        client.post(f"{_V2}/{{id}}/{'enable' if on else 'disable'}", places, {}, scope)
    else:
        client.post(f"{_V1}/{{id}}", places, {"disabled": "false" if on else "true"}, scope)


def move(endpoint: Endpoint, url: str, metadata: Mapping[str, str], scope: Scope) -> None:
    """Give an endpoint another URL and more metadata, in one request.

    Raises:
        PinaxStripeError: Stripe refuses it, or could not be asked.
    """
    place = {"webhook_endpoint": {"url": url}} if endpoint.is_destination else {"url": url}
    change(endpoint, {**place, "metadata": metadata}, scope)


def delete(endpoint: Endpoint, scope: Scope) -> None:
    """Delete an endpoint: Stripe stops delivering to it, and does not retry what has failed there.

    Raises:
        PinaxStripeError: Stripe refuses it, or could not be asked.
    """
    client.delete(f"{_path_of(endpoint)}/{{id}}", {"id": endpoint.id}, scope)


def undelivered(scope: Scope, since: int | None = None, until: int | None = None) -> list[dict[str, Any]]:
    """Return up to a hundred events that some endpoint has not answered 2xx yet, the newest first.

    Args:
        scope: the account and the mode; a platform's list does not have the events of connected accounts.
        since: the first second in which they were created, in Unix seconds; None: as long as Stripe retries.
        until: the last second in which they were created; None: now.

    Raises:
        PinaxStripeError: Stripe could not be asked.
    """
    since = int((timezone.now() - RETRIED).timestamp()) if since is None else since
    query = {"limit": "100", "delivery_success": "false", "created[gte]": str(since)}
    if until is not None:
        query["created[lte]"] = str(until)
    return client.page("/v1/events", {}, query, scope).objects


def check_number(number: int) -> None:
    """Check that Stripe has place for another endpoint.

    Raises:
        PinaxStripeError: it has not.
    """
    if number >= MOST:
        raise PinaxStripeError(f"There are {number} endpoints, and Stripe allows {MOST}: delete one first")


def _create_endpoint(new: New, scope: Scope) -> Endpoint:
    fields = {"url": new.url, "enabled_events": new.types, "api_version": new.api_version, "metadata": new.metadata}
    connect = {"connect": "true"} if CONNECTED in new.sources else {}
    return of_v1(client.post(_V1, {}, {**fields, **connect}, scope).data)


def _create_destination(new: New, scope: Scope) -> Endpoint:
    fields = {
        "name": f"pinax-stripe at {new.url}"[:LONGEST_NAME],
        "type": "webhook_endpoint",
        "event_payload": "thin" if new.thin else "snapshot",
        **({} if new.thin else {"snapshot_api_version": new.api_version}),
        "enabled_events": new.types,
        "events_from": sorted(new.sources),
        "webhook_endpoint": {"url": new.url},
        "metadata": new.metadata,
        "include": ["webhook_endpoint.signing_secret", "webhook_endpoint.url"],
    }
    return of_v2(client.post(_V2, {}, fields, scope).data)


def _path_of(endpoint: Endpoint) -> str:
    return _V2 if endpoint.is_destination else _V1
