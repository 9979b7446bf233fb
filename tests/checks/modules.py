"""What the dotted paths in wrong and right settings lead to."""

from functools import wraps

from pinax.stripe.dispatch import inline
from pinax.stripe.hooks import DefaultHookSet

number = 5


def takes_a_key(event_pk):
    """A dispatcher."""


@wraps(lambda self, event_pk: None)
def wrapped(event_pk):
    """A dispatcher in a decorator that adds an argument, as a bound task of Celery has it."""


class Carrier:
    """A dispatcher that is an object: one with a method, or one whose call is asynchronous."""

    def __call__(self, event_pk):
        """Carry it."""


class AsyncCarrier:
    async def __call__(self, event_pk):
        """Never run."""


carrier, async_carrier = Carrier(), AsyncCarrier()
without_signature = getattr  # one of Python's own callables that say nothing of their arguments
another_name = inline


def takes_nothing():
    """No dispatcher."""


def takes_two(event_pk, queue):
    """No dispatcher."""


async def asynchronous(event_pk):
    """No dispatcher: nobody awaits it."""


def generator(event_pk):
    """No dispatcher: nobody asks it for its next value."""
    yield event_pk


class Hooks(DefaultHookSet):
    """A hookset."""


class Duck:
    """A hookset that is not a subclass, and has the one hook that is needed."""

    def user_for_customer(self, data):
        """Nobody."""


class WantsArguments(DefaultHookSet):
    def __init__(self, api):
        """Never called with one."""


class FailsToStart(DefaultHookSet):
    def __init__(self):
        raise LookupError("no such vault: sk_live_canary")


class Asynchronous(DefaultHookSet):
    async def user_for_customer(self, data):
        """Never awaited."""


class WithoutArguments(DefaultHookSet):
    def redact(self):
        """Cannot be called."""


class NotAMethod(DefaultHookSet):
    user_for_customer = None


class NoHooks:
    """Nothing of a hookset."""
