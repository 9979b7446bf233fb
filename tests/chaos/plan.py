"""How much is to happen, and how much of it goes wrong."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """One run. Shares are between 0 and 1, times are in seconds."""

    events: int = 10_000
    database: str = "postgresql"
    dispatcher: str = "celery"
    seed: int = 1
    #: The run is given up after so long.
    seconds: float = 900
    #: Of the deliveries, so many are made twice.
    duplicates: float = 0.05
    #: Of the events, so many are also, or only, delivered as thin events.
    twins: float = 0.0
    #: Of the questions to Stripe's API, so many fail.
    api_failures: float = 0.05
    #: Of the calls of a receiver, so many fail.
    receiver_failures: float = 0.02
    #: How long it is, on average, from one disturbance to the next.
    disturbed_every: float = 1.5
    broker: str = os.environ.get("PINAX_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")

    @property
    def objects(self):
        """How many objects the events are about: sixteen events tell an object's history."""
        return max(8, self.events // 16)
