"""Deliver as Stripe does: in any order, some of it twice, and again whatever is not answered with 2xx."""

import heapq
import http.client
import itertools
import json
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

#: How many events are under way at once: that far, at most, the order of deliveries is from that of events.
WINDOW = 40
#: How many deliveries are made at once.
AT_ONCE = 8
#: How long an answer is waited for, in seconds.
PATIENCE = 20


def post(port, body):
    """Return the status with which a delivery is answered; 0 where it is not."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/stripe/webhook/", json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return answer.status
    finally:
        connection.close()


class Deliverer:
    """Brings events to the webhook.

    Attributes:
        numbers: what was done, by its name.
    """

    def __init__(self, port, rng, duplicates, thin=None, twins=0.0):
        self.port, self.rng, self.duplicates, self.thin, self.twins = port, rng, duplicates, thin, twins
        self.numbers = Counter()
        self._due, self._order = [], itertools.count()

    def deliver(self, bodies):
        """Deliver all of ``bodies``, an iterator that lets each event happen only when it is its turn."""
        running = {}
        with ThreadPoolExecutor(AT_ONCE) as threads:
            more = True
            while more or running or self._due:
                if more and len(self._due) + len(running) < WINDOW:
                    more = self._take(bodies)
                while self._due and len(running) < AT_ONCE and self._due[0][0] <= time.monotonic():
                    _, _, body = heapq.heappop(self._due)
                    running[threads.submit(post, self.port, body)] = body
                for answered in wait(running, 0.05, FIRST_COMPLETED).done if running else self._rest():
                    self._answered(running.pop(answered), answered.result())

    def _take(self, bodies):
        """Let some more events happen, and deliver them in any order; False where there are no more."""
        taken = list(itertools.islice(bodies, WINDOW))
        self.numbers["events"] += len(taken)
        twice = [body for body in taken if self.rng.random() < self.duplicates]
        self.numbers["duplicates"] += len(twice)
        shuffled = [*itertools.chain.from_iterable(map(self._forms, taken)), *twice]
        self.rng.shuffle(shuffled)
        for body in shuffled:
            self._put(body, 0)
        return bool(taken)

    def _forms(self, body):
        """Return an event in the forms in which it is delivered: a third of the twins as thin events only."""
        if self.rng.random() >= self.twins:
            return [body]
        self.numbers["twins"] += 1
        return [self.thin(body)] if self.rng.random() < 1 / 3 else [body, self.thin(body)]

    def _put(self, body, later):
        heapq.heappush(self._due, (time.monotonic() + later, next(self._order), body))

    def _answered(self, body, status):
        self.numbers["deliveries"] += 1
        self.numbers[f"answered {status}" if status else "not answered"] += 1
        if not 200 <= status < 300:
            self._put(body, self.rng.uniform(0.5, 2))

    def _rest(self):
        time.sleep(0.02)
        return ()
