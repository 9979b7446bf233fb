"""What happens between two steps of one attempt, when another one runs at the same time."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections, transaction

from pinax.stripe.models import Account, Charge, Customer, Event
from pinax.stripe.signals import any_event, event_failed, event_invalid
from pinax.stripe.testing import build
from pinax.stripe.webhooks import registry

pytestmark = pytest.mark.django_db(transaction=True)

side_by_side = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")


@pytest.fixture
def meanwhile():
    """Run something in another thread, with connections of its own, and wait for its end."""

    def meanwhile(work):
        def run():
            try:
                return work()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(run).result()

    return meanwhile


class Slow:
    """A receiver that works until it is let go."""

    def __init__(self):
        self.started, self.may_end, self.calls = threading.Event(), threading.Event(), 0

    def __call__(self, **kwargs):
        self.calls += 1
        self.started.set()
        assert self.may_end.wait(20)


@pytest.fixture
def slow_one(post_event, connect):
    """An event whose receiver is working at this moment; yields what posts it again, and how it ended."""
    slow, ended = Slow(), []

    def work(**kwargs):
        slow(**kwargs)

    connect(any_event, work)
    threads = []

    def begin(body, **headers):
        def run():
            try:
                ended.append(post_event(body, **headers).status_code)
            finally:
                connections.close_all()

        threads.append(threading.Thread(target=run))
        threads[0].start()
        assert slow.started.wait(20)
        return slow, ended

    yield begin
    slow.may_end.set()
    for thread in threads:
        thread.join()


@side_by_side
def test_a_delivery_does_not_wait_for_a_slow_receiver(stripe, post_event, slow_one):
    body = stripe.event("customer.created", build("customer"))
    slow, ended = slow_one(body)

    began = time.monotonic()
    again = post_event(body).status_code
    waited = time.monotonic() - began

    assert (again, ended, Event.objects.get().processed) == (503, [], False)
    assert waited < 3
    slow.may_end.set()
    while not ended:
        time.sleep(0.01)
    assert (ended, slow.calls) == ([200], 1)
    assert post_event(body).status_code == 200
    assert Event.objects.get().exceptions.count() == 0


@side_by_side
def test_a_signed_delivery_does_not_wait_either(stripe, post_event, slow_one, settings, sign):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_" + "s" * 32]
    body = json.dumps(stripe.event("customer.created", build("customer"))).encode()
    headers = sign(body, settings.PINAX_STRIPE_WEBHOOK_SECRETS[0])
    slow, ended = slow_one(body, **headers)

    began = time.monotonic()
    again = post_event(body, **headers).status_code

    assert time.monotonic() - began < 3
    assert (again, ended, slow.calls) == (503, [], 1)


@side_by_side
def test_a_delivery_of_a_queued_event_does_not_wait_for_a_slow_receiver(stripe, post_event, slow_one, settings):
    body = stripe.event("customer.created", build("customer"))
    slow, ended = slow_one(body)
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"

    began = time.monotonic()
    assert post_event(body).status_code == 200

    assert time.monotonic() - began < 3
    assert (ended, slow.calls) == ([], 1)


def test_a_stub_that_somebody_else_makes_in_between_is_pointed_at(stripe, post_event, meanwhile):
    class MadeMeanwhile(registry["charge.succeeded"]):
        done = False

        def sync(self, change):
            if not self.done:
                type(self).done = True
                Customer.all_objects.count()  # this transaction has its snapshot now, if it has one
                if connection.vendor != "sqlite":
                    meanwhile(lambda: Customer.objects.create(stripe_id="cus_1", livemode=False))
            return super().sync(change)

    with registry.override(MadeMeanwhile):
        response = post_event(stripe.event("charge.succeeded", build("charge", id="ch_1", customer="cus_1")))

    assert response.status_code == 200
    assert Charge.objects.get().customer == Customer.objects.get()


@pytest.mark.parametrize("last", ["authorized", "deauthorized"])
def test_an_account_that_connects_and_disconnects_at_once_ends_as_the_later_event_says(
    last, stripe, post_event, meanwhile
):
    stripe.connect("acct_1")
    application = {"id": "ca_1", "object": "application", "name": "ours"}
    kinds = ["authorized", "deauthorized"] if last == "deauthorized" else ["deauthorized", "authorized"]
    bodies = {
        kind: stripe.event(
            f"account.application.{kind}", application, account="acct_1", created=stripe.now - 100 + 10 * number
        )
        for number, kind in enumerate(kinds)
    }
    statuses = []

    class Between(registry[f"account.application.{kinds[0]}"]):
        def sync(self, change):
            instance = super().sync(change)
            if connection.vendor == "sqlite":
                transaction.on_commit(lambda: statuses.append(post_event(bodies[kinds[1]]).status_code))
            return instance

        def snapshot(self):
            if connection.vendor != "sqlite" and not statuses:
                statuses.append(meanwhile(lambda: post_event(bodies[kinds[1]]).status_code))
            return super().snapshot()

    with registry.override(Between):
        statuses.append(post_event(bodies[kinds[0]]).status_code)

    assert statuses == [200, 200]
    assert (Account.all_objects.get(stripe_id="acct_1").deauthorized_at is not None) == (last == "deauthorized")


@side_by_side
def test_a_receiver_that_saves_its_instance_takes_nothing_newer_back(stripe, post_event, connect, meanwhile):
    customer = build("customer", id="cus_1")
    post_event(stripe.event("customer.created", customer))
    stripe.advance(10)
    user = get_user_model().objects.create(username="ada")
    linked = []

    class LinkedMeanwhile(registry["customer.updated"]):
        def sync(self, change):
            if not linked:
                linked.append(meanwhile(lambda: Customer.objects.update(user=user)))  # between look and write
            return super().sync(change)

    connect(any_event, lambda instance, **kwargs: instance.save())
    with registry.override(LinkedMeanwhile):
        assert post_event(stripe.event("customer.updated", {**customer, "name": "Ada"})).status_code == 200

    assert (Customer.objects.get().name, Customer.objects.get().user) == ("Ada", user)


@side_by_side
def test_a_receiver_of_an_event_that_writes_nothing_saves_what_is_newer(stripe, post_event, connect, meanwhile):
    customer = build("customer", id="cus_1")
    body = stripe.event("customer.updated", {**customer, "name": "old"})
    fails = connect(any_event, lambda **kwargs: 1 / 0)
    post_event(body)
    any_event.disconnect(fails)
    written = []

    class WrittenMeanwhile(registry["customer.updated"]):
        def sync(self, change):
            if not written:
                written.append(meanwhile(lambda: Customer.objects.update(name="newest")))
            return super().sync(change)

    connect(any_event, lambda instance, **kwargs: instance.save())
    with registry.override(WrittenMeanwhile):
        assert post_event(body).status_code == 200

    assert (written, Customer.objects.get().name) == ([1], "newest")


def test_metrics_are_sent_what_the_row_says(stripe, post_event, connect):
    seen = []

    def look(event, **kwargs):
        row = Event.objects.get(pk=event.pk)
        seen.append((event.valid, event.attempts) == (row.valid, row.attempts) and (event.valid, event.attempts))

    connect(event_invalid, look)
    connect(event_failed, look)

    post_event({**stripe.event("ping"), "id": "evt_forged"})
    with stripe.answering(status=500):
        post_event(stripe.event("ping"))
    fails = connect(any_event, lambda **kwargs: 1 / 0)
    post_event(stripe.event("ping"))
    any_event.disconnect(fails)

    assert seen == [(False, 0), (None, 1), (True, 1)]


def test_giving_up_counts_from_the_row(stripe, post_event, connect, settings):
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 3

    def fails(event, **kwargs):
        if event.failures == 0:
            Event.objects.update(failures=1)  # another attempt has failed since this one read the row
        raise RuntimeError

    body = stripe.event("ping")
    post_event(body)  # reads 0 under its lock
    connect(any_event, fails)
    other = stripe.event("ping")
    post_event(other)
    stale = Event.objects.get(stripe_id=other["id"])
    Event.objects.filter(pk=stale.pk).update(failures=2)
    assert stale.failures < 2

    assert post_event(other).status_code == 503

    assert Event.objects.get(pk=stale.pk).given_up_at is not None


class Ended(BaseException):
    """What gevent's time-out is: no Exception."""


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, Ended, GeneratorExit])
def test_what_ends_the_process_in_a_receiver_is_kept_and_goes_on_ending_it(stripe, post_event, connect, error):
    called = []

    def ends(**kwargs):
        raise error

    connect(any_event, lambda **kwargs: called.append("before"), dispatch_uid="before")
    connect(any_event, ends)
    connect(any_event, lambda **kwargs: called.append("after"), dispatch_uid="after")

    with pytest.raises(error):
        post_event(stripe.event("ping"))

    event = Event.objects.get()
    assert (event.attempts, event.failures, event.processed, called) == (1, 1, False, ["before"])
    assert event.exceptions.get().message.startswith(error.__name__)
    assert event.next_attempt_at is not None
