"""For every order, repetition and interleaving of an object's deliveries, the row ends as Stripe's current object."""

import itertools
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinax.stripe.models import Event, Subscription, model_of
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build
from pinax.stripe.webhooks import registry
from tests.examples import examples

pytestmark = pytest.mark.django_db(transaction=True)

numbers = itertools.count(1)

#: What can happen to an object, and how many seconds later.
steps = st.tuples(st.sampled_from(["update", "update", "update", "delete"]), st.sampled_from([0, 0, 1, 7]))

KINDS = ("coupon", "customer", "product")


class History:
    """What happens to one object at Stripe, told in events."""

    def __init__(self, stripe, object_type, told=(), *, leaves_nothing=False):
        self.stripe, self.object_type, self.leaves_nothing = stripe, object_type, leaves_nothing
        self.object = build(object_type, id=f"{object_type}_{next(numbers)}", created=stripe.now)
        self.events, self.gone = [], True
        for step in [("update", 0), *told]:
            self.goes_on(*step)

    def goes_on(self, step, later):
        self.stripe.advance(later)
        before = len(self.events)
        self.happens(step, before)
        return self.events[before:]

    def happens(self, step, number):
        if step == "delete" and self.gone:
            return
        if step == "update" and self.gone and self.events and self.object_type != "coupon":
            return  # only ids that people choose come back
        verb = "deleted" if step == "delete" else "created" if self.gone else "updated"
        self.gone = verb == "deleted"
        self.object = {**self.object, "name": f"version {number}"}
        self.events.append(self.stripe.event(f"{self.object_type}.{verb}", self.object))
        if self.gone and self.leaves_nothing:  # who asks for it is answered 404
            self.stripe._store._objects.pop(("", False, self.object_type, self.object["id"]))

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


@pytest.fixture
def came_through(connect):
    """How often receivers came through for an event: what they have written counts only where it was committed."""

    def write(event, **kwargs):
        Group.objects.create(name=f"{event.stripe_id} {next(numbers)}")

    connect(any_event, write)
    return lambda body: Group.objects.filter(name__startswith=f"{body['id']} ").count()


an_hour = settings(
    max_examples=examples(50),
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


@settings(parent=an_hour, max_examples=examples(30))
@given(
    data=st.data(), object_type=st.sampled_from(KINDS), told=st.lists(steps, max_size=6), leaves_nothing=st.booleans()
)
def test_while_it_goes_on_at_stripe(data, object_type, told, leaves_nothing, stripe, post_event, came_through):
    history = History(stripe, object_type, leaves_nothing=leaves_nothing)
    pending = list(history.events)

    for step in told:
        for body in data.draw(st.permutations(pending))[: data.draw(st.integers(0, 2))]:
            delivered(post_event, body)
            pending.remove(body)
        pending += history.goes_on(*step)
    for body in data.draw(st.permutations(pending)):
        delivered(post_event, body)

    assert history.row == history.current
    assert [came_through(body) for body in history.events] == [1] * len(history.events)


def hesitant(kind):
    """The handler of an event type, which lets others go first between its decision and its write."""

    class Hesitant(registry[kind]):
        def sync(self, change):
            time.sleep(random.uniform(0, 0.03))
            return super().sync(change)

    return registry.override(Hesitant)


#: How the fetch fails; none of these is an answer that stripe-python waits for by itself.
fetch_faults = st.lists(st.sampled_from([429, 500, 502]), max_size=4)


@settings(parent=an_hour, max_examples=examples(25))
@given(
    object_type=st.sampled_from(KINDS),
    told=st.lists(steps, min_size=1, max_size=6),
    faults=fetch_faults,
    leaves_nothing=st.booleans(),
    seed=st.integers(0, 2**32),
    workers=st.integers(2, 4),
)
def test_by_several_threads_with_404s_and_failures_of_the_fetch_in_between(
    object_type, told, faults, leaves_nothing, seed, workers, stripe, post_event, came_through
):
    history = History(stripe, object_type, told, leaves_nothing=leaves_nothing)
    deliveries = history.events * 2
    random.Random(seed).shuffle(deliveries)
    for status in faults:
        path = f"/v1/{object_type}s/{history.object['id']}"
        stripe.answering(status=status, headers={"Stripe-Should-Retry": "false"}, path=path, times=1)

    def deliver(body):
        try:
            delivered(post_event, body)
        finally:
            connections.close_all()

    with (
        stripe.answering(path="/v1/*s/*_*", delay=0.01),
        hesitant(f"{object_type}.updated"),
        hesitant(f"{object_type}.created"),
        ThreadPoolExecutor(workers) as threads,
    ):
        list(threads.map(deliver, deliveries))

    assert history.row == history.current
    assert Event.objects.filter(object_id=history.object["id"], processed=True).count() == len(history.events)
    assert [came_through(body) for body in history.events] == [1] * len(history.events)


@settings(parent=an_hour, max_examples=examples(20))
@given(told=st.lists(st.tuples(st.just("update"), st.integers(1, 9)), max_size=6))
def test_in_order_nothing_is_fetched(told, stripe, post_event):
    history = History(stripe, "customer", told)
    stripe.requests.clear()

    for body in history.events:
        assert post_event(body).status_code == 200

    assert history.row == history.current
    assert [request.path for request in stripe.requests if "/events/" not in request.path] == []


class Subscribed(History):
    """A subscription whose items come and go, more of them than Stripe shows."""

    def __init__(self, stripe, told):
        self.count = itertools.count()
        super().__init__(stripe, "subscription", [("add", 0), *told])

    def happens(self, step, number):
        items = list(self.object["items"]["data"]) if number else []
        if step == "remove" and items:
            items.pop(number % len(items))
        elif step == "add":
            items += [build("subscription_item", id=f"{self.object['id']}_{next(self.count)}") for _ in range(6)]
        elif items:
            items[-1] = {**items[-1], "quantity": number}
        verb = "updated" if number else "created"
        whole = {"object": "list", "data": items, "has_more": False, "url": "/v1/subscription_items"}
        items = [item | {"subscription": self.object["id"]} for item in items]
        self.object = {**self.object, "description": f"version {number}", "items": {**whole, "data": items}}
        self.events.append(self.stripe.event(f"customer.subscription.{verb}", self.object))

    @staticmethod
    def told(data):
        items = {item["id"]: item for item in data["items"]["data"]}
        return {name: value for name, value in data.items() if name != "items"}, items, data["items"]["has_more"]

    @property
    def row(self):
        found = Subscription.objects.get(stripe_id=self.object["id"])
        rows = {item.stripe_id: item.data for item in found.items.all()}
        return *self.told(found.data), rows, found.incomplete

    @property
    def current(self):
        whole = self.told(self.object)
        return *whole, whole[1], False


changes = st.tuples(st.sampled_from(["add", "remove", "update"]), st.sampled_from([0, 0, 1, 7]))


@settings(parent=an_hour, max_examples=examples(30))
@given(data=st.data(), told=st.lists(changes, min_size=1, max_size=6), fault=st.sampled_from([None, 429, 500]))
def test_a_history_whose_lists_are_cut_ends_with_all_of_its_items(data, told, fault, stripe, post_event, calls):
    history = Subscribed(stripe, told)
    deliveries = data.draw(st.permutations(history.events * 2))
    if fault:
        path, headers = "/v1/subscription_items", {"Stripe-Should-Retry": "false"}
        stripe.answering(status=fault, headers=headers, path=path, times=2)

    for body in deliveries:
        delivered(post_event, body)

    assert history.row == history.current
    assert {body["id"]: 1 for body in history.events}.items() <= calls.items()


@settings(parent=an_hour, max_examples=examples(15))
@given(told=st.lists(changes, min_size=1, max_size=6), seed=st.integers(0, 2**32), workers=st.integers(2, 4))
def test_cut_lists_by_several_threads(told, seed, workers, stripe, post_event, came_through):
    history = Subscribed(stripe, told)
    deliveries = history.events * 2
    random.Random(seed).shuffle(deliveries)

    def deliver(body):
        try:
            delivered(post_event, body)
        finally:
            connections.close_all()

    with hesitant("customer.subscription.updated"), ThreadPoolExecutor(workers) as threads:
        list(threads.map(deliver, deliveries))

    assert history.row == history.current
    assert [came_through(body) for body in history.events] == [1] * len(history.events)
