"""Deliver the events of a fake Stripe to the project: one, or all of them in any order."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

from pinax.stripe.models import EventProcessingException
from pinax.stripe.testing.posting import Delivery, post, settings_for_deliveries
from pinax.stripe.testing.reasons import explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pinax.stripe.testing.fake import FakeStripe

OK: Final = 200
TRY_AGAIN: Final = 503
#: How often an event is delivered again that was answered with an error of the server, as Stripe does for three days.
ROUNDS: Final = 5
#: What is expected of a delivery that is answered 200.
ON_COMMIT: Final = "callbacks of on_commit() that succeed; ignore_on_commit_errors=True lets them fail"


class Deliver:
    """Deliver events of a fake Stripe to the project's endpoint: ``deliver(event)``, ``deliver.all()``.

    A delivery is signed and goes through the URLs, the middleware and the view of the project; the app asks the fake
    for the event if the settings say so. Callbacks of ``transaction.on_commit`` run, also if the test is wrapped in a
    transaction. Events are processed in the request, whatever ``PINAX_STRIPE_DISPATCHER`` is: a test has no worker.

    Args:
        stripe: the fake that the app asks; see `in_process`.
    """

    def __init__(self, stripe: FakeStripe) -> None:
        self._stripe = stripe

    def __call__(
        self, event: Mapping[str, Any] | bytes | str, *, status: int = OK, ignore_on_commit_errors: bool = False
    ) -> Delivery:
        """Deliver an event, and return how it was answered. It stays in `FakeStripe.undelivered` if that is not 200.

        Args:
            event: what `FakeStripe.event` has returned; bytes and text are posted as they are.
            status: the expected HTTP status.
            ignore_on_commit_errors: whether callbacks of ``transaction.on_commit`` may fail. Then the event is
                processed and answered 200 all the same, and the error is recorded with it.

        Raises:
            AssertionError: the answer has another status, the event is not processed, or a callback has failed; the
                message says why.
        """
        known = None if ignore_on_commit_errors else _newest_error()
        with settings_for_deliveries():
            delivery = self._post(event)
        if expected := _missing(delivery, status, known):
            raise AssertionError(explained(event, delivery, expected))
        return delivery

    def all(  # noqa: PLR0913 - these are the choices of a delivery
        self,
        events: Iterable[Mapping[str, Any]] | None = None,
        *,
        shuffled: bool = False,
        twice: float = 0.0,
        concurrent: int = 1,
        seed: int | None = None,
        ignore_on_commit_errors: bool = False,
    ) -> list[Delivery]:
        """Deliver events, by default all that the fake has not delivered yet, and return the answers.

        What is answered 503 is delivered again at the end, as Stripe does.

        Args:
            events: the events; None for `FakeStripe.undelivered`.
            shuffled: in random order; Stripe promises none.
            twice: the share of the events that is delivered two times, from 0 to 1.
            concurrent: how many deliveries are made at the same time, in threads. More than one needs a test without a
                transaction (``TransactionTestCase``, ``django_db(transaction=True)``), and a database that is not in
                memory.
            seed: repeats an order; it is in the message of a failure.
            ignore_on_commit_errors: whether callbacks of ``transaction.on_commit`` may fail.

        Raises:
            AssertionError: an event is answered with another status than 200 in the end, or is not processed; or a
                callback on commit has failed.
            ValueError: deliveries cannot be concurrent in this test, or on this database.
        """
        seed = random.randrange(2**32) if seed is None else seed  # noqa: S311 - an order is not a secret
        todo = _in_order(self._stripe.undelivered if events is None else events, random.Random(seed), shuffled, twice)  # noqa: S311
        if concurrent > 1:
            _check_threads_are_possible()
        answers: list[Delivery] = []
        known = None if ignore_on_commit_errors else _newest_error()
        with settings_for_deliveries():
            for _round in range(ROUNDS):
                answered = self._post_all(todo, concurrent)
                answers += answered
                again = []
                for event, delivery in zip(todo, answered, strict=True):
                    if delivery.status == TRY_AGAIN:
                        again.append((event, delivery))
                    elif expected := _missing(delivery, OK, known):
                        raise AssertionError(f"{explained(event, delivery, expected)}\nseed={seed}")
                if not again:
                    return answers
                todo = [event for event, _delivery in again]
        event, delivery = again[0]
        raise AssertionError(f"{explained(event, delivery, f'{OK} in one of {ROUNDS} deliveries')}\nseed={seed}")

    def _post_all(self, events: Sequence[Mapping[str, Any]], concurrent: int) -> list[Delivery]:
        if concurrent == 1:
            return [self._post(event) for event in events]

        def post_in_thread(event: Mapping[str, Any]) -> Delivery:
            try:
                return self._post(event)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(concurrent) as pool:
            return list(pool.map(post_in_thread, events))

    def _post(self, event: Mapping[str, Any] | bytes | str) -> Delivery:
        delivery = post(event)
        if delivery.status == OK and not isinstance(event, bytes | str):
            self._stripe.mark_delivered(event)
        return delivery


def _missing(delivery: Delivery, status: int, known: int | None) -> str:
    """Return what is expected of a delivery and is not so; ``""`` if all is."""
    if delivery.status != status:
        return str(status)
    if status == OK and not _is_settled(delivery):
        return "an event that is processed"
    return ON_COMMIT if _failed_on_commit(delivery, known) else ""


def _is_settled(delivery: Delivery) -> bool:
    """Whether nothing is left to do; the answer to a question of Stripe's comes before its event is processed."""
    event = delivery.event
    return event is None or event.processed or event.skipped or event.answer is not None


def _newest_error() -> int:
    return EventProcessingException.objects.values_list("pk", flat=True).first() or 0


def _failed_on_commit(delivery: Delivery, known: int | None) -> bool:
    """Whether a callback on commit has failed, and its error is newer than the one that is known; None: do not look."""
    if known is None or delivery.event is None:
        return False
    return delivery.event.exceptions.filter(stage=EventProcessingException.Stage.COMMIT, pk__gt=known).exists()


def _in_order(
    events: Iterable[Mapping[str, Any]], rng: random.Random, shuffled: bool, twice: float
) -> list[Mapping[str, Any]]:
    chosen = list(events)
    repeated = rng.sample(chosen, round(len(chosen) * twice))
    if not shuffled:
        return [one for event in chosen for one in ([event, event] if event in repeated else [event])]
    chosen += repeated
    rng.shuffle(chosen)
    return chosen


def _check_threads_are_possible() -> None:
    for connection in connections.all():
        if connection.in_atomic_block:
            raise ValueError(
                "Concurrent deliveries need a test without a transaction: TransactionTestCase, or "
                "@pytest.mark.django_db(transaction=True)."
            )
        if isinstance(connection, SQLite) and connection.is_in_memory_db():
            raise ValueError(
                'Concurrent deliveries need a database that threads share. Give the tests one in a file: "TEST": '
                '{"NAME": "test.sqlite3"} in DATABASES.'
            )
