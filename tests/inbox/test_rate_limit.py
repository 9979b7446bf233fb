"""Strangers spend no more of the merchant's requests to Stripe than the budget, and leave bounded traces."""

import itertools
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connections

from pinax.stripe.dispatch import inline
from pinax.stripe.models import Event, EventProcessingException, RejectedDelivery
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

BUDGET = 5


class Away(LocMemCache):
    """A cache that cannot be reached."""

    def incr(self, *args, **kwargs):
        raise ConnectionError("no route to the cache")

    add = incr


@pytest.fixture(autouse=True)
def budget(settings):
    settings.PINAX_STRIPE_VALIDATION_BUDGET = BUDGET
    cache.clear()


class Clock:
    """A clock that stands still until it is moved."""

    second = itertools.count(int(time.time()) + 1000, 1000)

    def __init__(self):
        self.now = next(self.second)

    def __call__(self):
        return self.now + 0.5


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


def invented(number):
    return {
        "id": f"evt_invented{number}",
        "object": "event",
        "type": "charge.succeeded",
        "created": 1,
        "livemode": False,
        "data": {"object": {"id": "ch_1", "object": "charge"}},
    }


def test_a_flood_costs_the_budget_and_a_genuine_event_within_it_is_done(stripe, post_event, heard, clock):
    genuine = stripe.event("customer.created", build("customer"))

    answers = [post_event(invented(number)).status_code for number in range(150)]
    answers += [post_event(genuine).status_code]
    answers += [post_event(invented(number)).status_code for number in range(150, 300)]

    assert answers == [400] * BUDGET + [503] * (301 - BUDGET)
    assert len(stripe.requests) == BUDGET
    waits = Event.objects.get(stripe_id=genuine["id"])
    assert (waits.valid, waits.attempts) == (None, 0)
    assert waits.verification_note.startswith("could not check: More unsigned deliveries were received")
    assert (EventProcessingException.objects.count(), RejectedDelivery.objects.count()) == (0, BUDGET)
    assert waits in Event.objects.pending()

    clock.now += 1
    assert post_event(genuine).status_code == 200
    assert [call.signal for call in heard] == ["customer.created", "*"]


def test_what_was_over_the_budget_is_done_when_its_turn_comes(stripe, post_event, clock):
    for number in range(BUDGET):
        post_event(invented(number))
    post_event(stripe.event("ping"))

    clock.now += 1
    inline(Event.objects.get(kind="ping").pk)

    assert Event.objects.get(kind="ping").processed


def test_a_signed_delivery_is_never_held_up(stripe, post_event, sign, settings, clock):
    for number in range(BUDGET + 1):
        post_event(invented(number))
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]

    for _ in range(BUDGET + 1):
        body = json.dumps(stripe.event("ping")).encode()
        assert post_event(body, **sign(body, "whsec_ours")).status_code == 200


def test_what_is_confirmed_already_or_has_no_key_costs_nothing(stripe, post_event, settings, clock):
    genuine = stripe.event("ping")
    post_event(genuine)
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None
    settings.PINAX_STRIPE_SECRET_KEY = "sk_live_fake"

    answers = [post_event(genuine).status_code for _ in range(BUDGET + 5)]
    answers += [post_event({**genuine, "created": 1}).status_code for _ in range(BUDGET + 5)]
    answers += [post_event(invented(number)).status_code for number in range(BUDGET + 5)]

    assert answers == [200] * (BUDGET + 5) + [400] * (BUDGET + 5) + [200] * (BUDGET + 5)
    live = [stripe.event("ping", livemode=True) for _ in range(BUDGET)]
    assert [post_event(body).status_code for body in live] == [200] * (BUDGET - 1) + [503]


def test_each_request_to_stripe_counts(stripe, post_event, clock, settings):
    settings.PINAX_STRIPE_VALIDATION_BUDGET = 2

    assert post_event({**stripe.event("ping"), "account": "acct_fake"}).status_code == 400
    assert len(stripe.requests) == 2
    assert post_event(stripe.event("ping")).status_code == 503


@pytest.mark.parametrize(("allowed", "answers"), [(None, [200] * 30), (0, [503] * 30)])
def test_none_is_no_limit_and_zero_lets_nothing_through(allowed, answers, stripe, post_event, settings, clock):
    settings.PINAX_STRIPE_VALIDATION_BUDGET = allowed

    assert [post_event(stripe.event("ping")).status_code for _ in range(30)] == answers


@pytest.mark.parametrize(
    "backend", ["django.core.cache.backends.dummy.DummyCache", "tests.inbox.test_budget.Away"], ids=["dummy", "away"]
)
def test_where_the_cache_does_not_count_the_process_does(backend, stripe, post_event, settings, clock, caplog):
    settings.CACHES = {"default": {"BACKEND": backend}}

    answers = [post_event(invented(number)).status_code for number in range(BUDGET + 3)]
    clock.now += 1
    answers += [post_event(invented(number)).status_code for number in range(20, 20 + BUDGET + 3)]

    assert answers == ([400] * BUDGET + [503] * 3) * 2
    assert len(stripe.requests) == 2 * BUDGET
    assert "the cache does not count" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_at_once_no_more_is_spent_than_the_budget(stripe, post_event, clock):
    def deliver(number):
        try:
            return post_event(invented(number)).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(deliver, range(60)))

    assert sorted(answers) == [400] * BUDGET + [503] * (60 - BUDGET)
    assert len(stripe.requests) == BUDGET


def test_a_stranger_leaves_one_error_for_an_event_however_often_it_is_posted(stripe, post_event, settings):
    settings.PINAX_STRIPE_VALIDATION_BUDGET = None

    with stripe.answering(status=429, body={"error": {"type": "rate_limit_error"}}):
        for _ in range(5):
            assert post_event(invented(1)).status_code == 503

    assert (EventProcessingException.objects.count(), Event.objects.get().attempts) == (1, 5)


def test_a_signed_event_keeps_each_of_its_errors(stripe, post_event, sign, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    body = json.dumps(stripe.event("ping")).encode()

    with stripe.answering(status=429, body={"error": {"type": "rate_limit_error"}}):
        for _ in range(3):
            assert post_event(body, **sign(body, "whsec_ours")).status_code == 503

    assert EventProcessingException.objects.count() == 3
