"""What goes wrong while events arrive, at random moments: processes die, connections drop, the broker is away."""

import random
import time
from collections import Counter
from contextlib import suppress

from django.db import OperationalError

from .databases import drop_connections

#: How long the broker is away, in seconds.
AWAY = (1, 4)


class Disturbances:
    """Disturbs, one thing after the other.

    Attributes:
        numbers: how often each thing was done.
    """

    def __init__(self, plan, site):
        self.rng, self.every = random.Random(plan.seed + 3), plan.disturbed_every
        self.site, self.broker = site, site.broker
        self.numbers = Counter()
        self._next, self._back = self._moment(), None
        self._choices = self._possible()

    def _possible(self):
        """Return what can be done here, what it is called, and how often it is chosen."""
        site, found = self.site, [("web workers killed", self.site.web.kill_a_child, 4)]
        found.append(("stripe_process killed", site.recovery.kill, 2))
        if site.celery:
            found.append(("Celery children killed", lambda: self.rng.choice(site.celery).kill_a_child(), 4))
            found.append(("Celery workers killed", lambda: self.rng.choice(site.celery).kill(), 1))
            found.append(("broker away", self._take_the_broker_away, 1))
        found.append(("database connections dropped", self._drop, 3))
        return found

    def disturb(self):
        """Do what is due now."""
        if self._back is not None and time.monotonic() >= self._back:
            self.calm()
        if time.monotonic() < self._next:
            return
        self._next = self._moment()
        ((name, act, _),) = self.rng.choices(self._choices, [weight for _, _, weight in self._choices])
        self.numbers[name] += int(act())

    def calm(self):
        """Bring back what is away."""
        if self._back is not None:
            self.broker.open()
            self._back = None

    def _moment(self):
        return time.monotonic() + self.rng.expovariate(1 / self.every)

    def _take_the_broker_away(self):
        if self._back is not None:
            return False
        self.broker.close()
        self._back = time.monotonic() + self.rng.uniform(*AWAY)
        return True

    def _drop(self):
        with suppress(OperationalError):
            return drop_connections(lambda found: self.rng.sample(found, min(len(found), 3)))
        return 0
