"""The test kit: a fake Stripe, deliveries of its events, and assertions, for the tests of a project.

With pytest, the fixtures ``stripe``, ``deliver`` and ``heard`` are all that a test needs::

    def test_access_is_given(db, stripe, deliver):
        invoice = build("invoice", status="paid")

        deliver(stripe.event("invoice.paid", invoice))

        assert Access.objects.exists()

With Django's ``TestCase``, `StripeTestMixin` has the same. Names are imported when they are used: a fake Stripe that is
served to another process needs neither Django nor stripe-python.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pinax.stripe.testing.assertions import assert_processed, assert_same_end_state, assert_signalled
    from pinax.stripe.testing.delivering import Deliver
    from pinax.stripe.testing.errors import ApiError
    from pinax.stripe.testing.fake import FakeStripe
    from pinax.stripe.testing.hearing import Heard, hear
    from pinax.stripe.testing.ids import seed_ids
    from pinax.stripe.testing.interception import in_process
    from pinax.stripe.testing.mixins import StripeTestMixin
    from pinax.stripe.testing.objects import build
    from pinax.stripe.testing.platforms import FakePlatforms
    from pinax.stripe.testing.posting import Delivery
    from pinax.stripe.testing.server import serve
    from pinax.stripe.testing.signing import signature_of
    from pinax.stripe.testing.versions import in_version

#: Public name → the module that has it. They are stable: a test pins them.
NAMES: Final = {
    "ApiError": "errors",
    "Deliver": "delivering",
    "Delivery": "posting",
    "FakePlatforms": "platforms",
    "FakeStripe": "fake",
    "Heard": "hearing",
    "StripeTestMixin": "mixins",
    "assert_processed": "assertions",
    "assert_same_end_state": "assertions",
    "assert_signalled": "assertions",
    "build": "objects",
    "hear": "hearing",
    "in_process": "interception",
    "in_version": "versions",
    "seed_ids": "ids",
    "serve": "server",
    "signature_of": "signing",
}

__all__ = [
    "ApiError",
    "Deliver",
    "Delivery",
    "FakePlatforms",
    "FakeStripe",
    "Heard",
    "StripeTestMixin",
    "assert_processed",
    "assert_same_end_state",
    "assert_signalled",
    "build",
    "hear",
    "in_process",
    "in_version",
    "seed_ids",
    "serve",
    "signature_of",
]


def __getattr__(name: str) -> Any:
    if name not in NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{NAMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(NAMES)
