"""A limit on requests per second, and retries while Stripe cannot be reached."""

from __future__ import annotations

import random
from threading import Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, TypeVar

from pinax.stripe.exceptions import RequestRefused, StripeUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

#: Requests per second: below the 25 that Stripe allows a sandbox, and any single endpoint.
RATE: Final = 20

#: How often a request is made at most, and the pauses in between, in seconds: the first, and the longest.
ATTEMPTS: Final = 8
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
#: How often, after a request has failed at every attempt, until one succeeds: the lists that follow are not waited for.
ATTEMPTS_WHILE_AWAY: Final = 2


class RateLimiter:
    """A limit on requests, shared by all threads that make some.

    Args:
        rate: requests per second.
    """

    def __init__(self, rate: float = RATE) -> None:
        self.interval = 1 / rate
        self._next = 0.0
        self._is_away = False
        self._lock = Lock()

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Make a request when it is its turn; again, after growing pauses, if Stripe is away or wants fewer requests.

        Raises:
            StripeUnreachable: the last attempt failed as well, or Stripe rejects the request itself.
        """
        attempts = ATTEMPTS_WHILE_AWAY if self._is_away else ATTEMPTS
        for number in range(attempts):
            self.wait()
            try:
                answer = question()
            except RequestRefused:
                self._is_away = False
                raise
            except StripeUnreachable as error:
                if number == attempts - 1:
                    self._is_away = True
                    raise
                unanswered = error
            else:
                self._is_away = False
                return answer
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**number)
            sleep(random.uniform(pause / 2, pause))  # noqa: S311  (so that many importers do not come back at once)
        raise unanswered

    def wait(self) -> None:
        """Wait for the turn of one request."""
        with self._lock:
            now = monotonic()
            turn = max(now, self._next)
            self._next = turn + self.interval
        if turn > now:
            sleep(turn - now)


def sleep_until(moment: float) -> None:
    """Wait until a moment of the clock `time.monotonic`."""
    left = moment - monotonic()
    if left > 0:
        sleep(left)
