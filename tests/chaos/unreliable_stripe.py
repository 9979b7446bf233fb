"""Stripe as a process of its own: its objects change, it delivers what happened, and a share of its answers fails."""

import itertools
import multiprocessing
import random
import threading
from collections import Counter
from typing import NamedTuple

from pinax.stripe.testing import FakeStripe, serve
from pinax.stripe.testing.faults import Fault

from .deliverer import Deliverer
from .histories import Histories

#: How a question fails, and how often of a hundred failures. A time-out is longer than the project's API_TIMEOUT.
FAULTS = {
    "429": (Fault(429), 40),
    "500": (Fault(500, retry=True), 25),
    "connection closed": (Fault(None, retry=True), 25),
    "time-out": (Fault(delay=0.7), 10),
}
#: In a worker stripe-python asks three times before it takes no for an answer, but for a 429.
STUBBORN = 3


class Told(NamedTuple):
    """What Stripe knows in the end.

    Attributes:
        events: the ids of what happened.
        objects: each object, and whether it is gone.
        deliveries: what was delivered, in numbers.
        failures: what Stripe has failed at, in numbers.
    """

    events: list[str]
    objects: list[tuple[dict, bool]]
    deliveries: Counter
    failures: Counter


class UnreliableStripe(FakeStripe):
    """A Stripe that fails at a share of the questions, each so often that the one who asks sees it fail."""

    def __init__(self, share, rng):
        super().__init__()
        self.share, self.rng, self.failures = share, rng, Counter()
        self._failing = {}
        self._luck = threading.Lock()

    def answer(self, request):
        answer = super().answer(request)
        fault = self._fault(request.path)
        if fault is None:
            return answer
        threading.Event().wait(fault.delay)
        return fault.applied_to(answer)

    def _fault(self, path):
        with self._luck:
            self.requests.clear()  # nobody looks, and they are many
            name, left = self._failing.pop(path, (None, 0))
            if not left:
                if self.rng.random() >= self.share:
                    return None
                names, weights = list(FAULTS), [weight for _, weight in FAULTS.values()]
                (name,) = self.rng.choices(names, weights)
                left = 1 if name == "429" else STUBBORN
                self.failures[name] += 1
            if left > 1:
                self._failing[path] = (name, left - 1)
            return FAULTS[name][0]


class StripeProcess:
    """The process, as the harness sees it."""

    def __init__(self, plan):
        spawning = multiprocessing.get_context("spawn")
        self._ours, theirs = spawning.Pipe()
        self._process = spawning.Process(target=_live, args=(plan, theirs), daemon=True)
        self._process.start()
        self.url = self._ours.recv()

    def deliver_to(self, port):
        """Let things happen, and be delivered to this port on loopback."""
        self._ours.send(port)

    def told(self):
        """Return what Stripe knows in the end; None while it still delivers."""
        if self._ours.poll():
            return self._ours.recv()
        if not self._process.is_alive():
            raise RuntimeError("the fake Stripe has died")
        return None

    def failures(self):
        """Return what it has failed at until now; once everything is delivered."""
        self._ours.send("failures")
        return self._ours.recv()

    def close(self):
        self._process.kill()
        self._process.join()


def _live(plan, pipe):
    stripe = UnreliableStripe(plan.api_failures, random.Random(plan.seed + 1))
    rng = random.Random(plan.seed)
    histories = Histories(stripe, rng, plan.objects)
    with serve(stripe) as server:
        pipe.send(server.url)
        deliverer = Deliverer(pipe.recv(), random.Random(plan.seed + 2), plan.duplicates, stripe.thin, plan.twins)
        ids = []

        def happening():
            for _ in range(plan.events):
                event = histories.goes_on()
                ids.append(event["id"])
                yield event

        deliverer.deliver(happening())
        pipe.send(Told(ids, histories.current(), deliverer.numbers, stripe.failures))
        for _ in itertools.count():
            pipe.recv()
            pipe.send(stripe.failures)
