"""A line of the log is one line, and its words are ours: nothing that is sent starts another or moves a cursor."""

import json
import logging
import re

import pytest

from pinax.stripe.models import Event
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
FORGED = "x\r\n2026-11-25 ERROR evt_1 charge.succeeded: done"
ODD = [
    FORGED,
    "\x1b[2J\x1b[31mred",
    "\x9b2J",
    "a\u2028b",
    "\u202eesrever",
    "\0",
    "\ud800",
    "a\x08\x7f",
    "%s %(name)s {0}",
]


@pytest.fixture
def lines(caplog):
    """Every line that the app has logged, as the formatter writes it: with a traceback, where there is one."""
    caplog.set_level(logging.DEBUG, logger="pinax.stripe")
    return lambda: [record.getMessage() for record in caplog.records if record.name.startswith("pinax")]


@pytest.mark.parametrize("odd", ODD, ids=ascii)
@pytest.mark.parametrize(
    "path",
    [
        "id",
        "type",
        "account",
        "api_version",
        "request",
        "a key",
        "data.object.id",
        "data.object.object",
        "data.object.key",
    ],
)
def test_nothing_in_a_body_breaks_a_line(path, odd, stripe, post_event, lines):
    body = stripe.event("charge.succeeded", build("charge", amount=1))
    post_event(body)
    match path:
        case "a key":
            body[odd] = 1
        case "data.object.key":
            body["data"]["object"][odd] = 1
        case "data.object.id" | "data.object.object":
            body["data"]["object"][path.rpartition(".")[2]] = odd
        case _:
            body[path] = odd
    once = len(lines())

    post_event(json.dumps(body))  # contradicts the copy that is kept
    post_event(json.dumps({**body, "id": "evt_other"}) if path != "id" else json.dumps(body))

    assert once == 1
    assert len(lines()) >= 2
    assert [line for line in lines() if CONTROL.search(line)] == []


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_nothing_in_a_header_breaks_a_line(odd, stripe, post_event, lines, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]
    odd = odd.encode("utf-8", "replace").decode("latin-1")

    for header in (odd, f"t={odd},v1=1", f"t=1,v1={odd}", f"{odd}=1,t=1"):
        assert post_event(stripe.event("ping"), **{"Stripe-Signature": header}).status_code == 400

    assert len(lines()) == 4
    assert [line for line in lines() if CONTROL.search(line)] == []


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_no_error_that_quotes_a_customers_words_breaks_a_line(odd, stripe, post_event, connect, lines):
    """What a customer has typed is true, and confirmed; a receiver may well quote it."""

    def ship(instance, **kwargs):
        raise ValueError(f"nobody is called {instance.data['name']}")

    connect(any_event, ship)

    assert post_event(stripe.event("customer.created", build("customer", name=odd))).status_code == 503

    (line,) = lines()
    assert "nobody is called" in line
    assert not CONTROL.search(line)
    assert Event.objects.get().exceptions.get().message.startswith("ValueError: nobody is called")


def test_nothing_that_stripe_answers_breaks_a_line(stripe, post_event, lines):
    for odd in ODD:
        with stripe.answering(400, {"error": {"code": odd, "message": odd, "type": odd}}):
            post_event(stripe.event("ping"))

    assert len(lines()) == len(ODD)
    assert [line for line in lines() if CONTROL.search(line)] == []


def test_a_line_keeps_the_letters_of_all_alphabets(stripe, post_event, connect, lines):
    def ship(instance, **kwargs):
        raise ValueError(f"nobody is called {instance.data['name']}")

    connect(any_event, ship)

    post_event(stripe.event("customer.created", build("customer", name="Émilie 株式会社 😀")))

    assert "nobody is called Émilie 株式会社 😀" in lines()[0]
