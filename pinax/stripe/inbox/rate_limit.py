"""How often Stripe is asked about unsigned deliveries: a number a second, for all processes.

Anyone can post an event that looks genuine, and each one has to be verified. The limit keeps unauthenticated senders
from using up the merchant's own limit at Stripe. It is counted in Django's default cache, with a key for each second.
If the cache does not count (it is unreachable, or stores nothing), the limit applies to each process separately.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Final

from django.core.cache import cache

from pinax.stripe.conf import conf
from pinax.stripe.exceptions import RateLimitExceeded

logger = logging.getLogger("pinax.stripe")

#: How long the count of a second is kept, in seconds: longer than clocks of one's own machines are apart.
KEPT: Final = 60


def spend() -> None:
    """Take one question to Stripe out of this second's budget.

    Raises:
        RateLimitExceeded: there is none left.
    """
    budget = conf.VALIDATION_BUDGET
    if budget is not None and _counted(int(time.time())) > budget:
        raise RateLimitExceeded


def _counted(second: int) -> int:
    """Count one more in ``second``, and return how many that makes."""
    key = f"pinax_stripe.budget.{second}"
    try:
        try:
            return cache.incr(key)
        except ValueError:  # the first of this second
            cache.add(key, 0, KEPT)
            return cache.incr(key)
    except Exception as error:  # noqa: BLE001  (each cache has errors of its own)
        logger.warning("the cache does not count (%s): each process has a budget of its own", type(error).__name__)
        return _own.counted(second)


class _Own:
    """The count of this process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._second = self._count = 0

    def counted(self, second: int) -> int:
        with self._lock:
            self._count = self._count + 1 if second == self._second else 1
            self._second = second
            return self._count


_own: Final = _Own()
