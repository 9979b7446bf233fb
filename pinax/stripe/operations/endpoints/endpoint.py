"""A webhook endpoint of v1 and an event destination of v2, as one type."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from django.urls import NoReverseMatch, reverse

from pinax.stripe.inbox.compared import MARK, is_marked
from pinax.stripe.platforms import secrets_of

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Whose events an endpoint receives, as ``events_from`` of a destination says it.
OWN: Final = "@self"
CONNECTED: Final = "@accounts"
IN_WORDS: Final[Mapping[str, str]] = {
    OWN: "the account",
    CONNECTED: "connected accounts",
    "@organization_members": "members of the organisation",
}

#: All event types but those that have to be named. Only snapshot endpoints may have it.
ALL: Final = "*"

#: A key in an endpoint's metadata: the fingerprint of its secret, so that `stripe_doctor` can tell whose secret is set.
FINGERPRINT: Final = "pinax_stripe_secret"
#: A key in an endpoint's metadata: the id of the endpoint that it is to replace.
REPLACES: Final = "pinax_stripe_replaces"
#: A key in an endpoint's metadata: the id of the endpoint from which it is to take over with another API version.
UPGRADES: Final = "pinax_stripe_upgrades"
#: A key in its metadata: when it has last taken over or handed back, in Unix seconds.
SWITCHED: Final = "pinax_stripe_switched"

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Endpoint:
    """Where Stripe delivers events, and which ones.

    Attributes:
        id: ``we_…``, or ``ed_…`` for an event destination.
        url: where events are posted; empty for a destination that is not a webhook.
        sources: whose events: `OWN`, `CONNECTED`, or another value of ``events_from``.
        types: the event types, or `ALL`.
        api_version: the version that events are rendered in; empty if it is the account's default, or for thin events.
        enabled: whether Stripe delivers at all.
        thin: whether it receives thin events.
        livemode: live mode, or test mode and sandboxes.
        created: when it was created; sortable, but a number in v1 and text in v2.
        metadata: what was put there by this app or by the project.
        secret: the signing secret, right after the creation only.
    """

    id: str
    url: str
    sources: frozenset[str]
    types: frozenset[str]
    api_version: str
    enabled: bool
    thin: bool
    livemode: bool
    created: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    secret: str = field(default="", repr=False, compare=False)

    @property
    def is_destination(self) -> bool:
        """Whether it is an event destination of v2."""
        return not self.id.startswith("we_")

    @property
    def whose(self) -> str:
        """Whose events it receives, in words."""
        return " and ".join(IN_WORDS.get(source, source) for source in sorted(self.sources, reverse=True))

    @property
    def is_compared(self) -> bool:
        """Whether what it delivers is only compared, and not processed: its URL says so."""
        return is_marked(urlsplit(self.url).query)

    def is_at(self, url: str) -> bool:
        """Whether it is at this URL; the webhook's URL works with and without a slash at the end."""
        return same_url(self.url, url)


def of_v1(data: Mapping[str, Any]) -> Endpoint:
    """Return the endpoint in a ``webhook_endpoint``; one of connected accounts has an ``application``."""
    return Endpoint(
        id=data["id"],
        url=data["url"],
        sources=frozenset({CONNECTED if data.get("application") else OWN}),
        types=frozenset(data.get("enabled_events") or ()),
        api_version=data.get("api_version") or "",
        enabled=data.get("status") == "enabled",
        thin=False,
        livemode=data.get("livemode") is True,
        created=f"{data.get('created', 0):012d}",
        metadata=data.get("metadata") or {},
        secret=data.get("secret") or "",
    )


def of_v2(data: Mapping[str, Any]) -> Endpoint:
    """Return the endpoint in a ``v2.core.event_destination``."""
    webhook = data.get("webhook_endpoint") or {}
    return Endpoint(
        id=data["id"],
        url=webhook.get("url") or "",
        sources=frozenset(data.get("events_from") or {OWN}),
        types=frozenset(data.get("enabled_events") or ()),
        api_version=data.get("snapshot_api_version") or "",
        enabled=data.get("status") == "enabled",
        thin=data.get("event_payload") == "thin",
        livemode=data.get("livemode") is True,
        created=data.get("created") or "",
        metadata=data.get("metadata") or {},
        secret=webhook.get("signing_secret") or "",
    )


def webhook_path(platform: str = "") -> str:
    """Return the path of a platform's webhook in the URLconf; empty if it has none."""
    try:
        return reverse("pinax_stripe_webhook", args=[platform] if platform else [])
    except NoReverseMatch:
        return ""


def fingerprint(secret: str) -> str:
    """Return what tells a secret from others and does not lead back to it."""
    return hashlib.sha256(secret.encode()).hexdigest()[:16]


def compared_url(url: str, version: str) -> str:
    """Return the URL of a webhook for deliveries that are only compared; its query names their API version."""
    parts = urlsplit(processed_url(url))
    mark = f"{MARK}={quote(version)}"
    return urlunsplit(parts._replace(query=f"{parts.query}&{mark}" if parts.query else mark))


def processed_url(url: str) -> str:
    """Return the URL of a webhook for deliveries that are processed."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=_unmarked(parts.query)))


def is_known(endpoint: Endpoint, platform: str = "") -> bool | None:
    """Whether the secrets of a platform contain that of an endpoint; None if its fingerprint was never kept."""
    kept = endpoint.metadata.get(FINGERPRINT)
    if not kept:
        return None
    return kept in {fingerprint(secret) for _, secret in secrets_of(platform) if isinstance(secret, str)}


def same_url(one: str, other: str) -> bool:
    """Whether two URLs lead to the same webhook: they differ in case, default port or final slash at most.

    Or in whether deliveries are only compared.
    """
    return normalised(one) == normalised(other)


def normalised(url: str) -> tuple[str, str, int | None, str, str]:
    """Return scheme, host, port, path and query of a URL; two that lead to the same place have the same."""
    parts = urlsplit(url)
    port = parts.port or _PORTS.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port, parts.path.rstrip("/"), _unmarked(parts.query)


def difference(url: str, wanted: str) -> str:
    """Return in which parts two URLs differ, in words; empty if they lead to the same webhook."""
    names = ("scheme", "host", "port", "path", "query")
    pairs = zip(names, normalised(url), normalised(wanted), strict=True)
    found = [name for name, one, other in pairs if one != other]
    if "scheme" in found and {urlsplit(url).port, urlsplit(wanted).port} == {None}:
        found.remove("port")  # the default one of each scheme
    return " and ".join(found)


def _unmarked(query: str) -> str:
    return "&".join(part for part in query.split("&") if not is_marked(part))
