"""Thin events, and the resources of API v2: what is delivered, and what the API returns.

Source: https://docs.stripe.com/api/v2/core/events and https://docs.stripe.com/event-destinations
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from pinax.stripe.testing import errors, routes
from pinax.stripe.testing.exchange import Request
from pinax.stripe.testing.objects.shape import IDLESS, Json
from pinax.stripe.testing.operation_names import is_named
from pinax.stripe.testing.store import Store, key_of

EVENT: Final = "v2.core.event"

#: Types whose thin events reference no object, although their snapshot events contain one.
WITHOUT_OBJECT: Final = frozenset(
    {
        "account.application.authorized",
        "account.application.deauthorized",
        "account.external_account.created",
        "account.external_account.deleted",
        "account.external_account.updated",
        "billing_portal.session.created",
        "entitlements.active_entitlement_summary.updated",
        "invoice.upcoming",
    }
)
#: What a v2 account contains only if a request includes it.
INCLUDED: Final = (
    *("configuration.customer", "configuration.merchant", "configuration.recipient"),
    *("defaults", "future_requirements", "identity", "requirements"),
)
#: The keys that only a request returns: a delivered thin event does not contain them.
FETCHED: Final = frozenset({"changes", "data"})


def thin_event(kind: str, obj: Mapping[str, Any] | None, **facts: Any) -> Json:
    """Return a thin event as the API returns it.

    Args:
        kind: the type without ``v1.``, or with it, or of v2.
        obj: the object that it references.
        facts: ``id``, ``created`` (Unix seconds), ``livemode``, ``context``, ``snapshot_event``, ``changes``, ``data``;
            what is None is left out.
    """
    name = kind if kind.startswith(("v1.", "v2.")) else f"v1.{kind}"
    references = obj is not None and kind.removeprefix("v1.") not in WITHOUT_OBJECT
    made = {
        "object": EVENT,
        "type": name,
        **facts,
        "created": iso(facts["created"]),
        "reason": {"type": "request", "request": {"id": "req_fake", "idempotency_key": "fake"}},
        "related_object": reference(obj) if references and obj else None,
    }
    return {key: value for key, value in made.items() if value is not None}


def delivered(event: Mapping[str, Any]) -> Json:
    """Return a thin event as Stripe delivers it, without what has to be fetched."""
    return {name: value for name, value in event.items() if name not in FETCHED}


def reference(obj: Mapping[str, Any]) -> Json:
    """Return the ``related_object`` of an event about an object."""
    kind = obj["object"]
    found = {"type": kind, "url": routes.path_of(obj)}
    return found if kind in IDLESS or not obj.get("id") else {"id": obj["id"], **found}


def iso(moment: int) -> str:
    """Return Unix seconds as a timestamp of API v2, which has fractions of a second."""
    return (datetime.fromtimestamp(moment, tz=UTC) + timedelta(milliseconds=328)).isoformat().replace("000+00:00", "Z")


@dataclass(frozen=True, slots=True)
class V2:
    """The resources of API v2 in an account and a mode, except event destinations."""

    store: Store
    owner: str
    livemode: bool
    request: Request

    def answer(self) -> Json | None:
        """Return the response to the request; None if it is about something else."""
        match self.request.method, self.request.path.strip("/").split("/"):
            case "GET", ["v2", "core", "events"]:
                return self._events()
            case "GET", ["v2", "core", "events", id_]:
                return self._one(EVENT, id_)
            case "GET", ["v2", *_, collection, id_] if collection != "event_destinations" and not self._is_named(id_):
                return self._shown(self._any(id_))
            case _:
                return None

    def _is_named(self, part: str) -> bool:
        return is_named(self.request.method, self.request.path, part)

    def _events(self) -> Json:
        """Return one page: the newest first, with the URL of the next page.

        Source: https://docs.stripe.com/api/v2/core/events/list
        """
        query = dict(self.request.query)
        since, types = query.get("created[gte]", ""), {value for name, value in query.items() if "types[" in name}
        first, limit = int(query.pop("page", "0")), int(query.get("limit", "10"))
        found = [
            row
            for row in self.store.newest_first([EVENT], self.owner, self.livemode)
            if row["created"] >= since and (not types or row["type"] in types)
        ]
        is_last = len(found) <= first + limit
        url = None if is_last else f"{self.request.path}?{urlencode({**query, 'page': first + limit})}"
        return {"data": found[first : first + limit], "next_page_url": url, "previous_page_url": None}

    def _one(self, kind: str, id_: str) -> Json:
        found = self.store.get(key_of({"object": kind, "id": id_}, self.owner, self.livemode))
        if found is None:
            raise errors.not_found()
        return found

    def _any(self, id_: str) -> Json:
        found = self.store.of_v2(id_, self.owner, self.livemode)
        if found is None:
            raise errors.not_found()
        return found

    def _shown(self, obj: Json) -> Json:
        """Return an object as v2 renders it: what an account contains is null unless it is included."""
        obj = {**obj, "created": iso(obj["created"])} if isinstance(obj.get("created"), int) else obj
        if obj["object"] != "v2.core.account":
            return obj
        included = {value for name, value in self.request.query.items() if name.startswith("include")}
        shown = obj
        for name in INCLUDED:
            key, _, part = name.partition(".")
            if part:
                parts = {one: value for one, value in (obj.get(key) or {}).items() if f"{key}.{one}" in included}
                shown = {**shown, key: parts or None}
            elif name not in included:
                shown = {**shown, name: None}
        return shown
