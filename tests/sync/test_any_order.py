"""For every order, repetition and interleaving of an object's deliveries, the row ends as Stripe's current object."""

import itertools
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinax.stripe.models import Event, model_of
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

numbers = itertools.count(1)

#: What can happen to an object, and how many seconds later.
steps = st.tuples(st.sampled_from(["update", "update", "update", "delete"]), st.sampled_from([0, 0, 1, 7]))

KINDS = ("coupon", "customer", "product")


class History:
    """What happens to one object at Stripe, told in events."""

    def __init__(self, stripe, object_type, told):
        self.stripe, self.object_type = stripe, object_type
        self.object = build(object_type, id=f"{object_type}_{next(numbers)}", created=stripe.now)
        self.events, self.gone = [], True
        for number, (step, later) in enumerate([("update", 0), *told]):
            stripe.advance(later)
            self.happens(step, number)

    def happens(self, step, number):
        if step == "delete" and self.gone:
            return
        if step == "update" and self.gone and self.events and self.object_type != "coupon":
            return  # only ids that people choose come back
        verb = "deleted" if step == "delete" else "created" if self.gone else "updated"
        self.gone = verb == "deleted"
        self.object = {**self.object, "name": f"version {number}"}
        self.events.append(self.stripe.event(f"{self.object_type}.{verb}", self.object))

    @property
    def row(self):
        found = model_of(self.object).all_objects.filter(stripe_id=self.object["id"]).first()
        return found and (found.is_deleted, None if found.is_deleted else found.data)

    @property
    def current(self):
        return self.gone, None if self.gone else self.object


def delivered(post_event, body):
    """Deliver as Stripe does: again, until it is answered 200."""
    for _ in range(40):
        if post_event(body).status_code == 200:
            return
    raise AssertionError(f"{body['type']} is never done")


@pytest.fixture
def calls(connect):
    """How often receivers were called for each event, by what was committed and what was not."""
    counted, lock = Counter(), threading.Lock()

    def count(event, **kwargs):
        with lock:
            counted[event.stripe_id] += 1

    connect(any_event, count)
    return counted


an_hour = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@an_hour
@given(data=st.data(), object_type=st.sampled_from(KINDS), told=st.lists(steps, max_size=6))
def test_one_after_the_other_in_any_order_with_any_repetition(data, object_type, told, stripe, post_event, calls):
    history = History(stripe, object_type, told)
    deliveries = data.draw(st.permutations(history.events * 2))

    for body in deliveries:
        delivered(post_event, body)

    assert history.row == history.current
    assert {body["id"]: 1 for body in history.events}.items() <= calls.items()


@an_hour
@given(data=st.data(), told=st.lists(steps, max_size=5), faults=st.lists(st.sampled_from([500, 429, None]), max_size=2))
def test_with_failures_of_the_fetch_in_between(data, told, faults, stripe, post_event, calls):
    history = History(stripe, "customer", told)
    deliveries = data.draw(st.permutations(history.events))
    asked_for = f"/v1/customers/{history.object['id']}"
    for status in faults:
        stripe.answering(status=status, path=asked_for, times=3)

    for body in deliveries:
        delivered(post_event, body)

    assert history.row == history.current
    assert {body["id"]: 1 for body in history.events}.items() <= calls.items()


@settings(parent=an_hour, max_examples=15)
@given(
    object_type=st.sampled_from(KINDS),
    told=st.lists(steps, min_size=1, max_size=5),
    seed=st.integers(0, 2**32),
    workers=st.integers(2, 4),
)
def test_by_several_threads_at_once(object_type, told, seed, workers, stripe, post_event, calls):
    history = History(stripe, object_type, told)
    deliveries = history.events * 2
    random.Random(seed).shuffle(deliveries)

    def deliver(body):
        try:
            delivered(post_event, body)
        finally:
            connections.close_all()

    with stripe.answering(path="/v1/*s/*_*", delay=0.01), ThreadPoolExecutor(workers) as threads:
        list(threads.map(deliver, deliveries))

    assert history.row == history.current
    assert Event.objects.filter(object_id=history.object["id"], processed=True).count() == len(history.events)


@settings(parent=an_hour, max_examples=20)
@given(told=st.lists(st.tuples(st.just("update"), st.integers(1, 9)), max_size=6))
def test_in_order_nothing_is_fetched(told, stripe, post_event):
    history = History(stripe, "customer", told)
    stripe.requests.clear()

    for body in history.events:
        assert post_event(body).status_code == 200

    assert history.row == history.current
    assert [request.path for request in stripe.requests if "/events/" not in request.path] == []
