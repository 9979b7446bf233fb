"""How fast Stripe is asked, and how long it is asked again where it does not answer."""

from __future__ import annotations

import random
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final, TypeVar

from pinax.stripe.exceptions import RequestRefused, StripeUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")

#: Requests per second: below the 25 that Stripe allows a sandbox, and any single endpoint.
RATE: Final = 20

#: How often one question is asked, and the pauses in between, in seconds: the first, and the longest.
ATTEMPTS: Final = 8
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0


class RateLimiter:
    """A limit on requests, shared by all that ask.

    Args:
        rate: requests per second.
    """

    def __init__(self, rate: float = RATE) -> None:
        self.interval = 1 / rate
        self._next = 0.0

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Ask when it is time to; again, after growing pauses, where Stripe is out of reach or wants fewer requests.

        Raises:
            StripeUnreachable: it is still so, or Stripe refuses the question itself.
        """
        for number in range(ATTEMPTS):
            self._wait()
            try:
                return question()
            except RequestRefused:
                raise
            except StripeUnreachable as error:
                if number == ATTEMPTS - 1:
                    raise
                unanswered = error
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2**number)
            sleep(random.uniform(pause / 2, pause))  # noqa: S311  (so that many importers do not come back at once)
        raise unanswered

    def _wait(self) -> None:
        now = monotonic()
        if now < self._next:
            sleep(self._next - now)
        self._next = max(now, self._next) + self.interval
