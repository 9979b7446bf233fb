"""Where reads go to a replica, what decides is read from where it is written: a replica may be behind."""

import pytest
from django.db import ConnectionHandler, connections

from pinax.stripe.inbox.message import Outcome
from pinax.stripe.models import Event
from pinax.stripe.operations.replay import Request, replay
from pinax.stripe.operations.retry import process_due
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from tests.inbox.listener import Listener
from tests.routers import router

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def replica(settings):
    """A replica so far behind that it has not even the tables: whoever reads it gets an error."""
    handler = ConnectionHandler(
        {"default": {}, "replica": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    )
    connections["replica"] = handler["replica"]
    settings.DATABASE_ROUTERS = [router("Replica")]
    yield
    connections["replica"].close()
    del connections["replica"]


@pytest.fixture
def listener(connect):
    return lambda name, failures=0: connect(WEBHOOK_SIGNALS["customer.created"], Listener(name, failures))


@pytest.fixture
def body(stripe):
    return stripe.event("customer.created", build("customer"))


def test_what_a_receiver_has_done_is_not_repeated(body, listener, post_event):
    first, second = listener("first"), listener("second", failures=2)

    answers = [post_event(body).status_code for _ in range(3)]

    assert (answers, first.calls, second.calls) == ([503, 503, 200], 1, 3)


def test_what_is_due_is_found_and_done(body, listener, post_event, settings):
    listener("first", failures=1)
    settings.PINAX_STRIPE_RETRY_BACKOFF = (0, 0)
    post_event(body)

    assert process_due() == {Outcome.PROCESSED: 1}


@pytest.mark.parametrize(
    ("options", "calls"),
    [
        ({}, (1, 2)),
        ({"again": True}, (2, 2)),
        ({"receiver": f"{Listener.__module__}.second"}, (1, 2)),
        ({"receiver": f"{Listener.__module__}.first"}, (1, 1)),
        ({"receiver": f"{Listener.__module__}.first", "again": True}, (2, 1)),
    ],
)
def test_a_replay_of_an_event_that_got_half_way_knows_who_has_come_through(options, calls, body, listener, post_event):
    first, second = listener("first"), listener("second", failures=1)
    post_event(body)
    event = Event.objects.using("default").get()

    replay(event.pk, Request("ada", "the warehouse was down", **options))

    assert (first.calls, second.calls) == calls


def test_one_receiver_of_a_done_event_is_called_again(body, listener, post_event):
    first, second = listener("first"), listener("second")
    post_event(body)
    event = Event.objects.using("default").get()
    request = Request("ada", "the template was wrong", receiver=f"{Listener.__module__}.first", again=True)

    assert [replay(event.pk, request) for _ in range(2)] == [Outcome.PROCESSED] * 2

    assert (first.calls, second.calls) == (3, 1)


@pytest.mark.parametrize(("kind", "carries"), [("account.updated", "account"), ("charge.succeeded", "charge")])
def test_an_account_that_we_know_is_known_when_it_goes(kind, carries, stripe, post_event):
    stripe.connect("acct_1")
    its = {"id": "acct_1"} if carries == "account" else {}
    assert post_event(stripe.event(kind, build(carries, **its), account="acct_1")).status_code == 200
    goodbye = stripe.event("account.application.deauthorized", build("application"), account="acct_1")
    stripe.disconnect("acct_1")

    assert post_event(goodbye).status_code == 200
