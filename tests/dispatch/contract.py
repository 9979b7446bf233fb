"""What processing promises, wherever it runs. A module of tests extends a contract, and has a fixture ``engine``."""

import os
import sys
import time
from typing import ClassVar

import pytest

from pinax.stripe.dispatch import inline
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.models import Event, EventProcessingException
from pinax.stripe.signals import any_event

from .engine import wait_until
from .shop.models import Sale
from .shop.receivers import sell

#: A port on which nobody listens.
CLOSED = "127.0.0.1:9"


@pytest.mark.django_db(transaction=True)
class Contract:
    """Events are done once, by a process that is not the test's, and that may be killed."""

    #: Whether the webhook answers before the event is done.
    answers_first: ClassVar[bool] = True
    #: Who tries an event again that has failed: "engine", "recovery" or "Stripe".
    tries_again: ClassVar[str]
    #: Who finds an event whose process was killed in the middle.
    finds_lost: ClassVar[str]

    @pytest.fixture(autouse=True)
    def shown_where_a_test_fails(self, engine):
        yield
        sys.stdout.write(engine.worker.said)

    @pytest.fixture
    def again(self, engine, connect):
        """Let an event be tried again by whoever does that; recovery is this process."""

        def again(who, body):
            if who == "Stripe":
                assert engine.post(body).result() == 200
            if who == "recovery":
                connect(any_event, sell)
                assert inline(Event.objects.pending().get(stripe_id=body["id"]).pk) is Outcome.PROCESSED

        return again

    def test_an_event_is_done_once_in_another_process(self, engine, customer, sales, tmp_path):
        body = customer(**waiting(tmp_path))

        answer = engine.post(body)
        wait_until((tmp_path / "reached").exists, "the work has begun")
        assert (answer.done(), Event.objects.get().processed) == (self.answers_first, False)
        (tmp_path / "wait").unlink()

        done(body)
        assert (answer.result(), sales(body), Event.objects.get().attempts) == (200, 1, 1)
        assert Sale.objects.get().worker != os.getpid()

    def test_an_event_that_fails_is_tried_again_and_ends_done(self, engine, customer, sales, again, tmp_path):
        (tmp_path / "broken").touch()
        body = customer(fail_while=str(tmp_path / "broken"))

        answer = engine.post(body)
        wait_until(EventProcessingException.objects.exists, "it has failed once")
        assert not Event.objects.get().processed
        (tmp_path / "broken").unlink()
        assert answer.result() == (200 if self.answers_first else 503)
        again(self.tries_again, body)

        done(body)
        assert sales(body) == 1

    def test_an_event_that_is_delivered_many_times_is_done_once(self, engine, customer, sales):
        body, later = customer(), customer()

        answers = [engine.post(body) for _ in range(5)]
        assert [answer.result() for answer in answers] == [200] * 5
        done(body)
        engine.post(later)

        done(later)
        assert (sales(body), sales(later)) == (1, 1)

    def test_an_event_whose_process_is_killed_in_the_middle_is_done_once(
        self, engine, customer, sales, again, tmp_path
    ):
        body = customer(**waiting(tmp_path))
        engine.post(body)
        wait_until((tmp_path / "reached").exists, "somebody is in the middle of it")

        engine.worker.kill()
        (tmp_path / "wait").unlink()
        assert (sales(body), Event.objects.get().processed) == (0, False)
        time.sleep(engine.seconds_to_notice)
        engine.worker.start()
        again(self.finds_lost, body)

        done(body)
        assert sales(body) == 1


class QueueContract(Contract):
    """An engine takes the event's key from the webhook, and brings it to a worker."""

    def test_the_key_of_an_event_that_is_not_there_is_harmless(self, engine, customer, sales):
        body = customer()

        engine.enqueue(404)
        engine.post(body)

        done(body)
        wait_until(lambda: "event 404: its row is gone" in engine.worker.said, "the worker has said so")
        assert sales(body) == 1
        assert engine.worker.process.poll() is None

    def test_an_event_that_cannot_be_handed_over_is_kept_logged_and_answered_200(
        self, engine, broken, customer, sales, again, caplog
    ):
        body, began = customer(), time.monotonic()

        assert engine.post(body).result() == 200

        assert time.monotonic() - began < 10, "Stripe waits for the answer"
        assert f"{body['id']}: recorded, but not enqueued: stripe_process will process it" in caplog.text
        again("recovery", body)
        assert sales(body) == 1


def waiting(folder):
    """Return the metadata that let a receiver wait in the middle of its work, until ``wait`` is taken away."""
    (folder / "wait").touch()
    return {"wait_while": str(folder / "wait"), "reached": str(folder / "reached")}


def done(body):
    """Wait until an event is done."""
    wait_until(Event.objects.filter(stripe_id=body["id"], processed=True).exists, f"{body['id']} is done")
