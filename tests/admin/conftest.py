"""Facts of the admin's tests: pages by name, and events that were posted to the webhook."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.admin.utils import quote
from django.urls import reverse

from pinax.stripe.models import Event
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build

if TYPE_CHECKING:
    from collections.abc import Callable


def address_of(what: Any) -> str:
    """The list of a model, or the page of a row."""
    names = f"admin:pinax_stripe_{what._meta.model_name}_"
    return reverse(f"{names}changelist") if isinstance(what, type) else reverse(f"{names}change", args=[quote(what.pk)])


@pytest.fixture
def page(admin_client) -> Callable[..., str]:
    """The HTML that a superuser sees of a list or a row."""

    def page(what: Any, **query: str) -> str:
        response = admin_client.get(address_of(what), query)
        assert response.status_code == 200
        return response.content.decode()

    return page


@pytest.fixture
def text(page) -> Callable[..., str]:
    """The same as a person reads it: no-break spaces are spaces, and what was escaped is not."""

    def text(what: Any, **query: str) -> str:
        return unescape(page(what, **query)).replace("\N{NO-BREAK SPACE}", " ")

    return text


@pytest.fixture
def listed(admin_client) -> Callable[..., set[Any]]:
    """The rows that a list shows."""

    def listed(model: Any, **query: str) -> set[Any]:
        response = admin_client.get(address_of(model), query)
        assert response.status_code == 200, response.get("Location")
        return set(response.context["cl"].result_list)

    return listed


@pytest.fixture
def arrive(stripe, post_event) -> Callable[..., Event]:
    """Let an event arrive, and return its row; ``answer`` is what the door says."""

    def arrive(kind: str, obj: Any = None, *, answer: int = 200, **facts: Any) -> Event:
        stripe.advance(10)
        if facts.get("account"):
            stripe.connect(facts["account"])
        body = stripe.event(kind, obj, **facts)
        assert post_event(body).status_code == answer
        return Event.objects.get(stripe_id=body["id"])

    return arrive


@pytest.fixture
def processed_event(arrive) -> Event:
    return arrive("charge.succeeded", build("charge", id="ch_processed", customer="cus_1"), id="evt_processed")


@pytest.fixture
def forged_event(stripe, post_event) -> Event:
    """Delivered twice with another amount than Stripe's."""
    genuine = stripe.event("charge.succeeded", build("charge", id="ch_forged", amount=1), id="evt_forged")
    for amount in (1_000_000, 2_000_000):
        forged = {**genuine, "data": {"object": {**genuine["data"]["object"], "amount": amount}}}
        assert post_event(forged).status_code == 400
    return Event.objects.get(stripe_id="evt_forged")


@pytest.fixture
def unchecked_event(stripe, arrive) -> Event:
    """Stripe could not be asked about it."""
    with stripe.answering(401):
        return arrive("coupon.created", build("coupon"), id="evt_unchecked", answer=503)


@pytest.fixture
def failed_event(connect, arrive) -> Event:
    """A receiver raised."""

    def ship(instance, **kwargs):
        raise RuntimeError(f"no box for {instance}")

    connect(WEBHOOK_SIGNALS["invoice.paid"], ship)
    return arrive("invoice.paid", build("invoice"), id="evt_failed", answer=503)


def thank(instance, **kwargs):
    """A receiver that succeeds."""


@pytest.fixture
def half_way_event(connect, arrive) -> Event:
    """One receiver succeeded, and another one raised."""

    def pack(instance, **kwargs):
        raise RuntimeError("no box")

    connect(WEBHOOK_SIGNALS["payout.created"], thank)
    connect(WEBHOOK_SIGNALS["payout.created"], pack)
    return arrive("payout.created", build("payout"), id="evt_half_way", answer=503)


@pytest.fixture
def given_up_event(settings, connect, arrive) -> Event:
    """A receiver has raised too often."""

    def refund(instance, **kwargs):
        raise RuntimeError("no money")

    connect(WEBHOOK_SIGNALS["refund.created"], refund)
    often = settings.PINAX_STRIPE_MAX_ATTEMPTS
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    event = arrive("refund.created", build("refund"), id="evt_given_up", answer=503)
    settings.PINAX_STRIPE_MAX_ATTEMPTS = often
    return event


@pytest.fixture
def skipped_event(settings, arrive) -> Event:
    """Of a type that is switched off."""
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["payout.*"]
    return arrive("payout.paid", build("payout"), id="evt_skipped")


@pytest.fixture
def live_event(arrive) -> Event:
    """Of a connected account, in live mode."""
    return arrive("product.created", build("product"), id="evt_live", account="acct_shop", livemode=True)


@pytest.fixture
def every_event(request) -> dict[str, Event]:
    """An event in each state there is, by its name."""
    names = ("processed", "forged", "unchecked", "failed", "given_up", "skipped", "live")
    return {name: request.getfixturevalue(f"{name}_event") for name in names}
