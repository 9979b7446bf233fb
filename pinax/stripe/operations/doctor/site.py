"""Findings about the running site, from the answers to test deliveries that no secret signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.shortcuts import resolve_url

from pinax.stripe.operations.doctor.finding import Severity, Symptom, diagnosis
from pinax.stripe.operations.endpoints.endpoint import difference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.operations.doctor.facts import Facts
    from pinax.stripe.operations.doctor.probe import Reply

_LOGIN: Final = re.compile(r"[?&](next|redirect_uri)=|/log-?in\b|/signin\b", re.IGNORECASE)
#: What a message shows of an answer, in characters.
SHOWN: Final = 80


@diagnosis("site.unreachable", Severity.ERROR)
def unreachable(facts: Facts) -> Iterator[Symptom]:
    """Stripe probably cannot reach the site either: every delivery fails."""
    if facts.reply and facts.reply.error and not facts.reply.by_tls:
        yield Symptom(
            f"{facts.url} does not answer: {facts.reply.error}.",
            "Check the host name, the port, the firewall, and that the site is running.",
        )


@diagnosis("site.tls", Severity.ERROR)
def tls(facts: Facts) -> Iterator[Symptom]:
    """Stripe delivers only to sites with a valid certificate, over TLS 1.2 or later."""
    if facts.reply and facts.reply.by_tls:
        yield Symptom(
            f"No encrypted connection to {facts.url} can be made: {facts.reply.error}.",
            "Renew or complete the certificate: the chain has to contain the intermediate ones.",
        )


@diagnosis("site.plain_http", Severity.ERROR)
def plain_http(facts: Facts) -> Iterator[Symptom]:
    """Stripe delivers events of live mode over HTTPS only."""
    if facts.primary and facts.webhook_url.startswith("http:"):
        yield Symptom(f"{facts.webhook_url} is not encrypted, and the secret key is a live key.", "Use https://….")


@diagnosis("site.login", Severity.ERROR)
def login(facts: Facts) -> Iterator[Symptom]:
    """Stripe cannot log in: every delivery fails."""
    for url, reply in facts.replies.items():
        if _asks_for_login(reply):
            yield Symptom(
                f"{url} asks for a login: {_answer(reply)}.",
                "Exempt the webhook from the login: the view has login_required = False; a proxy's or a middleware's "
                "own login has to let this path pass.",
            )


@diagnosis("site.redirects", Severity.ERROR)
def redirects(facts: Facts) -> Iterator[Symptom]:
    """Stripe counts a redirect as a failed delivery."""
    for url, reply in facts.replies.items():
        if reply.location and not _asks_for_login(reply):
            target = urljoin(url, reply.location)
            differs = difference(target, url) or "slash at the end"
            yield Symptom(
                f"{url} redirects to {target}: another {differs}.",
                f"Let Stripe deliver to {target}, or keep the redirect off this path (SECURE_SSL_REDIRECT, "
                "PREPEND_WWW, APPEND_SLASH, i18n_patterns, the proxy). Behind a proxy, set SECURE_PROXY_SSL_HEADER.",
            )


@diagnosis("site.csrf", Severity.ERROR)
def csrf(facts: Facts) -> Iterator[Symptom]:
    """Stripe has no CSRF token: every delivery is answered 403."""
    if _has(facts, 403) and facts.reply and b"CSRF" in facts.reply.body:
        yield Symptom(
            f"{facts.url} asks for a CSRF token.",
            "Use pinax.stripe.views.webhook itself in the URLconf; a decorator has to keep its attribute csrf_exempt.",
        )


@diagnosis("site.forbidden", Severity.ERROR)
def forbidden(facts: Facts) -> Iterator[Symptom]:
    """Something in front of the webhook refuses the delivery."""
    if _has(facts, 403) and facts.reply and b"CSRF" not in facts.reply.body:
        yield Symptom(
            f"{facts.url} answers 403.",
            "Let a firewall, a bot protection or a middleware pass POSTs to this path; Stripe's addresses are listed "
            "at https://stripe.com/files/ips/ips_webhooks.txt.",
        )


@diagnosis("site.host_not_allowed", Severity.ERROR)
def host_not_allowed(facts: Facts) -> Iterator[Symptom]:
    """Django answers 400 before the webhook sees the delivery."""
    reply = facts.reply
    if reply and _has(facts, 400) and b"Bad Request" in reply.body:
        yield Symptom(
            f"{facts.url} answers 400, and not the webhook.",
            f"Add {urlsplit(facts.url).hostname} to ALLOWED_HOSTS, and check that the proxy passes the Host header on.",
        )


@diagnosis("site.not_found", Severity.ERROR)
def not_found(facts: Facts) -> Iterator[Symptom]:
    """There is nothing at this URL: every delivery is answered 404."""
    if _has(facts, 404, 410):
        yield Symptom(
            f"{facts.url} is not found.",
            'Include pinax.stripe.urls in the URLconf, path("stripe/", include("pinax.stripe.urls")), or correct the '
            "URL. Perhaps another host or an older release answers.",
        )


@diagnosis("site.too_large", Severity.ERROR)
def too_large(facts: Facts) -> Iterator[Symptom]:
    """Even a small delivery is too large: none can be received."""
    if _has(facts, 413):
        yield Symptom(
            f"{facts.url} answers 413 to a body of less than 100 bytes.",
            "Raise PINAX_STRIPE_MAX_BODY_BYTES, and the limit of the proxy.",
        )


@diagnosis("site.fails", Severity.ERROR)
def fails(facts: Facts) -> Iterator[Symptom]:
    """Deliveries are not recorded; Stripe retries them for three days."""
    if facts.reply and facts.reply.status >= 500:  # noqa: PLR2004
        yield Symptom(
            f"{facts.url} fails: {_answer(facts.reply)}.",
            "Look at the log of the site and of the proxy. 503 with 'try again' comes from the webhook itself: the "
            "database is probably not available or not migrated.",
        )


@diagnosis("site.not_the_webhook", Severity.ERROR)
def not_the_webhook(facts: Facts) -> Iterator[Symptom]:
    """Something else answers: events are neither recorded nor processed, and an answer of 200 loses them."""
    reply = facts.reply
    if reply is None or reply.is_the_webhooks or reply.error or reply.status >= 500:  # noqa: PLR2004
        return
    explained = {403, 404, 410, 413}
    if reply.status in explained or reply.location or _asks_for_login(reply):
        return
    if reply.status == 400 and b"Bad Request" in reply.body:  # noqa: PLR2004
        return
    yield Symptom(
        f"{facts.url} is answered by something else: {_answer(reply)}.",
        "Check what serves this path: another view, a maintenance page, a proxy that does not pass POSTs on.",
    )


def _has(facts: Facts, *statuses: int) -> bool:
    reply = facts.reply
    return reply is not None and reply.status in statuses and not reply.is_the_webhooks


def _asks_for_login(reply: Reply) -> bool:
    if reply.status == 401:  # noqa: PLR2004
        return True
    return bool(reply.location) and (
        urlsplit(reply.location).path == urlsplit(resolve_url(settings.LOGIN_URL)).path
        or _LOGIN.search(reply.location) is not None
    )


def _answer(reply: Reply) -> str:
    text = " ".join(reply.body.decode("utf-8", "replace").split())[:SHOWN]
    where = f", to {reply.location}" if reply.location else ""
    return f"{reply.status}{where} {text!r}" if text else f"{reply.status}{where}"
