"""Webhook endpoints and event destinations: how the API creates, changes, lists and deletes them.

A secret is in the response to the request that creates it, and nowhere else.

Source: https://docs.stripe.com/api/webhook_endpoints and https://docs.stripe.com/api/v2/core/event-destinations
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pinax.stripe.catalog import CATALOG
from pinax.stripe.testing import errors
from pinax.stripe.testing.exchange import Request
from pinax.stripe.testing.ids import new_id
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.objects.shape import Json
from pinax.stripe.testing.store import Store, key_of

V1: Final = "webhook_endpoint"
V2: Final = "v2.core.event_destination"
#: How many endpoints and destinations an account may have in one mode.
MOST: Final = 16

#: The parameters of a request, in v1 and v2.
CREATES: Final = frozenset({"api_version", "connect", "description", "enabled_events", "metadata", "url"})
CHANGES: Final = frozenset({"description", "disabled", "enabled_events", "metadata", "url"})
CREATES_V2: Final = frozenset(
    """
    description enabled_events event_payload events_from include metadata name snapshot_api_version type
    webhook_endpoint
    """.split()
)
CHANGES_V2: Final = frozenset({"description", "enabled_events", "include", "metadata", "name", "webhook_endpoint"})

SNAPSHOT_TYPES: Final = frozenset(name for name, row in CATALOG.items() if row.has_snapshot and not row.retired)
THIN_TYPES: Final = frozenset(row.thin_name for row in CATALOG.values() if row.is_sent_thin)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoints and destinations of an account in one mode."""

    store: Store
    owner: str
    livemode: bool
    request: Request

    def answer(self) -> Json | None:
        """Return the response to the request; None if it is about something else, or only reads v1 objects."""
        match self.request.method, self.request.path.strip("/").split("/"):
            case "POST", ["v1", "webhook_endpoints"]:
                return self._create()
            case "POST", ["v1", "webhook_endpoints", id_]:
                return self._change(id_)
            case "DELETE", ["v1", "webhook_endpoints", id_]:
                self.store.remove(self._get(V1, id_), self.owner, self.livemode)
                return {"id": id_, "object": V1, "deleted": True}
            case method, ["v2", "core", "event_destinations", *rest]:
                return self._destination(method, *rest) if rest else self._destinations(method)
            case _:
                return None

    def _destinations(self, method: str) -> Json | None:
        if method == "POST":
            return self._create_v2()
        found = self.store.newest_first([V2], self.owner, self.livemode)
        return {"data": [self._shown(one) for one in found], "next_page_url": None, "previous_page_url": None}

    def _destination(self, method: str, id_: str, *verb: str) -> Json | None:
        found = self._get(V2, id_)
        match method, verb:
            case "GET", ():
                return self._shown(found)
            case "POST", ():
                return self._change_v2(found)
            case "POST", ("enable" | "disable" as change,):
                details = None if change == "enable" else {"disabled": {"reason": "user"}}
                return self._shown(self._put(found | {"status": f"{change}d", "status_details": details}))
            case "POST", ("ping",):
                return self._ping(found)
            case "DELETE", ():
                self.store.remove(found, self.owner, self.livemode)
                return {"id": id_, "object": V2}
        return None

    def _create(self) -> Json:
        fields = self._fields(CREATES, required=("url", "enabled_events"))
        _check_url(fields["url"], self.livemode)
        _check_types(fields["enabled_events"], SNAPSHOT_TYPES | {"*"})
        self._check_number()
        endpoint = build(
            V1,
            api_version=fields.get("api_version"),
            application="ca_fake" if fields.get("connect") == "true" else None,
            created=self.request.at,
            description=fields.get("description"),
            enabled_events=fields["enabled_events"],
            metadata=fields.get("metadata", {}),
            status="enabled",
            url=fields["url"],
        )
        made = self._put(endpoint)
        return made | {"secret": self._new_secret(made["id"])}

    def _change(self, id_: str) -> Json:
        fields, known = self._fields(CHANGES), self._get(V1, id_)
        if "url" in fields:
            _check_url(fields["url"], self.livemode)
        if "enabled_events" in fields:
            _check_types(fields["enabled_events"], SNAPSHOT_TYPES | {"*"})
        if "disabled" in fields:
            known["status"] = "disabled" if fields.pop("disabled") == "true" else "enabled"
        return self._put(known | fields | {"metadata": _merged(known, fields)})

    def _create_v2(self) -> Json:
        fields = self._fields(CREATES_V2, required=("name", "type", "event_payload", "enabled_events"))
        _check_url(fields["webhook_endpoint"]["url"], self.livemode)
        thin = fields["event_payload"] == "thin"
        _check_types(fields["enabled_events"], THIN_TYPES if thin else SNAPSHOT_TYPES | {"*"})
        self._check_number()
        defaults: Json = {"description": "", "events_from": ["@self"], "metadata": {}, "snapshot_api_version": None}
        state = {"status": "enabled", "status_details": None}
        carried = {name: value for name, value in fields.items() if name != "include"}
        made = self._put(build(V2, **{**defaults, **carried, **state, "created": self.request.at}))
        place = {**made["webhook_endpoint"], "signing_secret": self._new_secret(made["id"])}
        return self._shown(made | {"webhook_endpoint": place})

    def _change_v2(self, known: Json) -> Json:
        fields = self._fields(CHANGES_V2)
        fields.pop("include", None)
        if "webhook_endpoint" in fields:
            _check_url(fields["webhook_endpoint"]["url"], self.livemode)
        if "enabled_events" in fields:
            _check_types(fields["enabled_events"], THIN_TYPES if known["event_payload"] == "thin" else SNAPSHOT_TYPES)
        return self._shown(self._put(known | fields | {"metadata": _merged(known, fields)}))

    def _ping(self, destination: Json) -> Json:
        path = f"/v2/core/event_destinations/{destination['id']}"
        return {
            "id": new_id("evt"),
            "object": "v2.core.event",
            "type": "v2.core.event_destination.ping",
            "created": _iso(self.request.at),
            "livemode": self.livemode,
            "reason": None,
            "related_object": {"id": destination["id"], "type": "event_destination", "url": path},
        }

    def _shown(self, destination: Json) -> Json:
        """Return a destination as v2 renders it: what is not included is null."""
        query = [value for name, value in self.request.query.items() if name.startswith("include")]
        included = {*query, *self.request.fields.get("include", ())}
        endpoint = destination["webhook_endpoint"]
        parts = {name: value for name, value in endpoint.items() if f"webhook_endpoint.{name}" in included}
        created = _iso(destination["created"])
        return destination | {"webhook_endpoint": parts or None, "created": created, "updated": created}

    def _fields(self, known: frozenset[str], required: tuple[str, ...] = ()) -> dict[str, Any]:
        fields = self.request.fields
        for name in fields:
            if name not in known:
                raise errors.unknown_param(name)
        for name in required:
            if not fields.get(name):
                raise errors.missing_param(name)
        return fields

    def _get(self, kind: str, id_: str) -> Json:
        found = self.store.get(key_of({"object": kind, "id": id_}, self.owner, self.livemode))
        if found is None or found.get("deleted"):
            raise errors.no_such(kind, id_)
        return dict(found)

    def _put(self, endpoint: Json) -> Json:
        key = self.store.put(endpoint, self.owner, self.livemode)
        return dict(self.store.get(key) or {})

    def _new_secret(self, id_: str) -> str:
        self.store.secrets[id_] = secret = new_id("whsec")
        return secret

    def _check_number(self) -> None:
        if len(self.store.newest_first([V1, V2], self.owner, self.livemode)) >= MOST:
            mode = "live" if self.livemode else "test"
            raise errors.ApiError(400, f"You have reached the maximum of {MOST} {mode} webhook endpoints.")


def _check_url(url: str, livemode: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise errors.invalid("url", f"Invalid URL: {url}")
    if livemode and parts.scheme != "https":
        raise errors.invalid("url", "Invalid URL: in live mode the URL has to begin with https.")


def _check_types(types: list[str], known: frozenset[str]) -> None:
    for number, kind in enumerate(types):
        if kind not in known:
            raise errors.invalid(f"enabled_events[{number}]", f"Invalid event type: {kind}")


def _merged(known: Json, fields: Mapping[str, Any]) -> Json:
    """Return the metadata after a change: empty values remove their keys."""
    merged = {**known.get("metadata", {}), **(fields.get("metadata") or {})}
    return {name: value for name, value in merged.items() if value not in {"", None}}


def _iso(moment: int) -> str:
    return datetime.fromtimestamp(moment, tz=UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
