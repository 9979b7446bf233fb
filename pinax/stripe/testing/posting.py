"""Post one delivery to the project's endpoint: signed, through its URLs, middleware and ``on_commit`` callbacks."""

from __future__ import annotations

import json
import logging
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.db import connections
from django.db.models import Q
from django.test import Client, TestCase, override_settings
from django.urls import NoReverseMatch, reverse

from pinax.stripe.conf import INLINE, webhook_secrets
from pinax.stripe.models import Event
from pinax.stripe.testing.signing import signature_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The webhook secret of a project whose settings have none.
SECRET: Final = "whsec_fake"  # noqa: S105 - of the fake


class Delivery(NamedTuple):
    """How a delivery was answered.

    Attributes:
        status: the HTTP status.
        text: the body of the answer.
        event: the row of the event; None if there is none.
        log: what the app has logged meanwhile, from warnings up.
    """

    status: int
    text: str
    event: Event | None
    log: list[str]


@contextmanager
def settings_for_deliveries() -> Iterator[None]:
    """Set what a delivery in a test needs: a webhook secret, and processing in the request, as there is no worker."""
    given: dict[str, Any] = {"PINAX_STRIPE_DISPATCHER": INLINE}
    if not webhook_secrets():
        given["PINAX_STRIPE_WEBHOOK_SECRETS"] = [SECRET]
    with override_settings(**given):
        yield


def post(event: Mapping[str, Any] | bytes | str) -> Delivery:
    """Post an event as Stripe does, and return the answer; what runs on commit runs before that.

    Args:
        event: an event of the fake; bytes or text are posted as they are.
    """
    text = event if isinstance(event, bytes | str) else json.dumps(event)
    body = text.encode() if isinstance(text, str) else text
    secret = next(secret for _label, secret in webhook_secrets() if isinstance(secret, str))
    with _logged() as log, _committed():
        # A client of its own: the session and the cookies of a test's client are not Stripe's.
        answer = Client(enforce_csrf_checks=True).post(
            url(),
            body,
            content_type="application/json; charset=utf-8",
            secure=True,
            headers={"Stripe-Signature": signature_of(body, secret), "User-Agent": "Stripe/1.0"},
        )
    return Delivery(answer.status_code, answer.content.decode(), row_of(event), log)


def url() -> str:
    """Return the path of the project's endpoint."""
    try:
        return reverse("pinax_stripe_webhook")
    except NoReverseMatch:
        missing = 'path("stripe/", include("pinax.stripe.urls"))'
        raise AssertionError(
            f"The endpoint is not in the URLs of the project, {settings.ROOT_URLCONF}: {missing}"
        ) from None


def row_of(event: Mapping[str, Any] | bytes | str) -> Event | None:
    """Return the row of an event that was delivered as snapshot or thin event; None if there is none."""
    id_ = event.get("id") if not isinstance(event, bytes | str) else None
    return Event.objects.filter(Q(stripe_id=id_) | Q(thin_id=id_)).first() if isinstance(id_, str) else None


@contextmanager
def _committed() -> Iterator[None]:
    """Run the ``on_commit`` callbacks of the block at its end, on each database, as if a test had no transaction."""
    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(TestCase.captureOnCommitCallbacks(using=alias, execute=True))
        yield


@contextmanager
def _logged() -> Iterator[list[str]]:
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    handler, logger = Lines(logging.WARNING), logging.getLogger("pinax.stripe")
    logger.addHandler(handler)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
