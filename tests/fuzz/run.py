"""The run: what is posted, what is answered, and what must hold whatever is posted."""

from __future__ import annotations

import json
import logging
import os
import random
import re
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.test import override_settings

from pinax.stripe import views
from pinax.stripe.models import Event, EventProcessingException, RejectedDelivery
from pinax.stripe.signals import any_event
from pinax.stripe.testing import FakeStripe, build, serve
from tests.fuzz.posts import SECRET, Post, posts

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How often each door is tried, in a hundred, and the settings that make it.
DOORS: Final[dict[str, tuple[int, dict[str, Any]]]] = {
    "open": (45, {"PINAX_STRIPE_WEBHOOK_SECRETS": ()}),
    "signed": (45, {"PINAX_STRIPE_WEBHOOK_SECRETS": [SECRET]}),
    "alone": (10, {"PINAX_STRIPE_WEBHOOK_SECRETS": [SECRET], "PINAX_STRIPE_VALIDATION": "signature"}),
}
#: How many posts go through one door before the next is opened: settings are not changed for each.
AT_A_TIME: Final = 100
#: How many genuine events there are at a time, and after how many posts there are others.
EVENTS: Final = 60
FRESH: Final = 5_000
#: The most that one post may cost, in SQL statements.
MOST_STATEMENTS: Final = 60
#: How many refused deliveries are kept in a run.
REJECTED_KEPT: Final = 200
#: How much the process may grow once it is warm, in bytes.
GROWTH: Final = 64 * 1024 * 1024
ALLOWED: Final = frozenset({200, 400, 405, 413})
#: What may stand in the path of a request to Stripe: words, and quoted ids.
PATH: Final = re.compile(r"/v1(/(?!\.+/|\.+$)[\w.~%-]+){1,5}", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

KINDS: Final = {
    "charge.succeeded": "charge",
    "customer.updated": "customer",
    "invoice.paid": "invoice",
    "customer.subscription.updated": "subscription",
    "payout.paid": "payout",
    "account.updated": "account",
    "product.created": "product",
    "customer.deleted": "customer",
    "account.application.deauthorized": None,
    "ping": None,
}


class Broken(AssertionError):
    """A post broke a promise; the message has the post."""


class Run:
    """One run; the seed decides which events are spoilt, and how."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.number = 0
        self.answers: Counter[tuple[str, int]] = Counter()
        self.most_statements = 0
        self.asked = 0
        self.ids: set[int] = set()
        self.fake = FakeStripe()
        self.refused = 0
        self._objects = {kind: carried and build(carried) for kind, carried in KINDS.items()}
        for account in ("acct_shop", self._objects["account.updated"]["id"]):
            self.fake.connect(account)
        self._happened = 0
        self._true: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []
        self._let_things_happen()
        self._heard: list[Any] = []
        self._lines: list[str] = []
        self._statements = 0

    def _let_things_happen(self) -> None:
        """Put new events in the place of those that everybody has seen; Stripe forgets the old ones."""
        for event in self.events:
            self.fake.remove(event, account=event.get("account", ""), livemode=event["livemode"])
        self.fake.advance(60)
        self.events = [self._happens() for _ in range(EVENTS)]
        self._true.update((event["id"], event) for event in self.events)
        while len(self._true) > 3 * EVENTS:
            del self._true[next(iter(self._true))]

    def _happens(self) -> dict[str, Any]:
        self._happened += 1
        kind = list(KINDS)[self._happened % len(KINDS)]
        account = "acct_shop" if self._happened % 7 == 0 else ""
        facts = {"id": f"evt_fuzz{self._happened}", "account": account, "livemode": self._happened % 3 == 0}
        return self.fake.event(kind, self._objects[kind], **facts)

    def go(self, *, most: int | None = None, seconds: float | None = None, say: Any = lambda _line: None) -> None:
        """Post until so many posts or seconds are over.

        Raises:
            Broken: something that must hold does not.
        """
        ends = time.monotonic() + seconds if seconds else None
        chance = random.Random(self.seed)
        stream = posts(lambda: self.events, chance)
        names, weights = list(DOORS), [weight for weight, _ in DOORS.values()]
        with self.watched():
            warm, said = 0, time.monotonic()
            while (most is None or self.number < most) and (ends is None or time.monotonic() < ends):
                door = chance.choices(names, weights)[0]
                with override_settings(**DOORS[door][1]):
                    for _ in range(min(AT_A_TIME, most - self.number) if most else AT_A_TIME):
                        self.post(door, next(stream))
                if self.number // FRESH > self._happened // EVENTS:
                    self._let_things_happen()
                if not warm and self.number >= (most or 20_000) // 10:
                    warm = resident()
                if time.monotonic() - said > 30:
                    said = time.monotonic()
                    say(self.report())
            self.check_tables()
            if warm and resident() - warm > GROWTH:
                raise Broken(f"grew from {warm >> 20} to {resident() >> 20} MiB")

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Serve Stripe, listen to every receiver and log line, and count statements."""
        watch, loggers = _Watch(self._lines), [logging.getLogger(name) for name in ("pinax.stripe", "django")]
        before = [(logger, logger.level, logger.propagate) for logger in loggers]
        any_event.connect(self._hear, dispatch_uid="fuzz")
        with ExitStack() as stack:
            stack.callback(any_event.disconnect, dispatch_uid="fuzz")
            server = stack.enter_context(serve(self.fake))
            kept = {"PINAX_STRIPE_API_BASE": server.url, "PINAX_STRIPE_REJECTED_KEPT": REJECTED_KEPT}
            stack.enter_context(override_settings(**kept))
            stack.enter_context(connection.execute_wrapper(self._count))
            for logger in loggers:
                logger.addHandler(watch)
                logger.setLevel(logging.DEBUG)
                logger.propagate = False
                stack.callback(logger.removeHandler, watch)
            for logger, level, propagate in before:
                stack.callback(setattr, logger, "propagate", propagate)
                stack.callback(logger.setLevel, level)
            yield

    def post(self, door: str, post: Post) -> int:
        """Post once, and look at all that came of it."""
        self.number += 1
        self._statements = 0
        try:
            status = views.webhook(_request(post)).status_code
        except Exception as error:
            raise self._broken(door, post, f"{type(error).__name__}: {error}") from error
        self.answers[door, status] += 1
        self.most_statements = max(self.most_statements, self._statements)
        complaint = next(self._complaints(door, post, status), "")
        if complaint:
            raise self._broken(door, post, complaint)
        self._heard.clear()
        self._lines.clear()
        self.asked += len(self.fake.requests)
        self.fake.requests.clear()
        return status

    def _complaints(self, door: str, post: Post, status: int) -> Iterator[str]:
        if status == 503 and self._stripe_refused():
            self.refused += 1
        elif status not in ALLOWED:
            yield f"answered {status}: {self._lines}, {EventProcessingException.objects.order_by('pk').last()}"
        if self._statements > MOST_STATEMENTS:
            yield f"{self._statements} statements"
        for event in self._heard:
            if door == "alone" and not post.is_signed:
                yield f"acted on {event.stripe_id}, which nobody signed"
            if door != "alone" and event.message != self._true.get(event.stripe_id) and event.object:
                yield f"acted on {event.stripe_id}, which Stripe does not know like that"
        for request in self.fake.requests:
            if request.method != "GET" or not PATH.fullmatch(request.path):
                yield f"Stripe was asked for {request.method} {request.path}"
        for line in self._lines:
            if _CONTROL.search(line) or SECRET in line:
                yield f"the log has the line {line!r}"
        if self._statements:
            self.ids.add(hash(_id_in(post.body)))

    def _stripe_refused(self) -> bool:
        """Whether Stripe was asked, and rejected the request or knows no such signed event: the 503 that are meant."""
        last = EventProcessingException.objects.order_by("pk").last()
        return (
            bool(self.fake.requests)
            and last is not None
            and last.message.startswith(("RequestRefused: ", "Unconfirmed: "))
        )

    def check_tables(self) -> None:
        """Compare how many rows there are with how many there may be.

        Raises:
            Broken: more than may be.
        """
        rows = table_sizes()
        # As many of those that are signed and cannot be read as of all others.
        rejected = 2 * REJECTED_KEPT
        bounds = {Event: len(self.ids) + 1, RejectedDelivery: rejected, EventProcessingException: self.refused}
        for model, most in bounds.items():
            if rows[model.__name__] > most:
                raise Broken(f"{rows[model.__name__]} rows of {model.__name__}, where {most} may be")

    def report(self) -> str:
        """Say what came of it so far."""
        by_status: Counter[int] = Counter()
        for (_, status), number in self.answers.items():
            by_status[status] += number
        doors = ", ".join(f"{door} {status}: {number}" for (door, status), number in sorted(self.answers.items()))
        rows = ", ".join(f"{name} {number}" for name, number in table_sizes().items() if number)
        answers = ", ".join(f"{status}: {number}" for status, number in sorted(by_status.items()))
        return (
            f"seed {self.seed}, {self.number} posts ({answers}) [{doors}]; Stripe asked {self.asked} times, "
            f"{len(self.ids)} ids, at most {self.most_statements} statements; rows: {rows}; {resident() >> 20} MiB"
        )

    def _broken(self, door: str, post: Post, complaint: str) -> Broken:
        return Broken(f"seed {self.seed}, post {self.number}, door {door}: {complaint}\n{post!r}"[:5_000])

    def _hear(self, event: Event, **_told: Any) -> None:
        self._heard.append(event)

    def _count(self, execute: Any, *statement: Any) -> Any:
        self._statements += 1
        return execute(*statement)


class _Watch(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "django.db.backends":
            self._lines.append(record.getMessage())


def resident() -> int:
    """Return how much memory the process has now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def table_sizes() -> dict[str, int]:
    """Return how many rows each table of the app has."""
    return {model.__name__: model._base_manager.count() for model in apps.get_app_config("pinax_stripe").get_models()}


def _request(post: Post) -> WSGIRequest:
    environ = {
        "REQUEST_METHOD": post.method,
        "PATH_INFO": "/stripe/webhook/",
        "QUERY_STRING": "",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(post.body)),
        "wsgi.input": BytesIO(post.body),
        **post.headers,
    }
    return WSGIRequest(environ)


def _id_in(body: bytes) -> str:
    try:
        return str(json.loads(body)["id"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
