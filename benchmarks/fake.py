"""The fake Stripe in a process of its own, so that its work is nobody else's."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from typing import TYPE_CHECKING

from benchmarks import STRIPE_KEY, mix
from pinax.stripe.testing import FakeStripe, serve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Stripe:
    """A Stripe where things happen when they are asked for; bodies are as Stripe posts them, with line breaks."""

    def __init__(self) -> None:
        self._fake = FakeStripe(test_key=STRIPE_KEY)
        self._serving = serve(self._fake)
        self._url = self._serving.__enter__().url
        self._latency = self._fake.answering(times=0)

    def url(self) -> str:
        return self._url

    def answer_after(self, seconds: float) -> None:
        """Let each answer take so long."""
        self._latency.end()
        if seconds:
            self._latency = self._fake.answering(delay=seconds)

    def catalogue(self) -> list[bytes]:
        return _posted(mix.catalogue(self._now()))

    def stories(self, events: int) -> list[bytes]:
        """Return so many events of stories, one story after the other; the last one may not come to its end."""
        stripe = self._now()
        stories = (event for _ in range(0, events, len(mix.TYPES)) for event in mix.story(stripe))
        return _posted(islice(stories, events))

    def known(self, number: int) -> tuple[list[bytes], list[bytes]]:
        """Return the first and the second events of so many charges."""
        stripe = self._now()
        before, after = zip(*(mix.known(stripe) for _ in range(number)), strict=True)
        return _posted(before), _posted(after)

    def burst(self, size: int) -> list[bytes]:
        return _posted(mix.burst(self._now(), size))

    def requests(self) -> int:
        """Return how many requests there were since this was last asked."""
        number = len(self._fake.requests)
        self._fake.requests.clear()
        return number

    def _now(self) -> FakeStripe:
        self._fake.advance(int(time.time()) - self._fake.now)
        return self._fake


def _posted(events: Iterable[mix.Json]) -> list[bytes]:
    return [json.dumps(event, indent=2).encode() for event in events]


class _Manager(BaseManager):
    pass


_Manager.register("Stripe", Stripe)


@contextmanager
def running() -> Iterator[Stripe]:
    """Run the fake Stripe until the block ends."""
    with _Manager(ctx=get_context("spawn")) as manager:
        yield manager.Stripe()
