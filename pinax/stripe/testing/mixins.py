"""The test kit for Django's ``TestCase``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest import TestCase

from pinax.stripe.testing.assertions import assert_processed, assert_same_end_state, assert_signalled
from pinax.stripe.testing.delivering import Deliver
from pinax.stripe.testing.fake import FakeStripe
from pinax.stripe.testing.hearing import Heard, hear
from pinax.stripe.testing.interception import in_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinax.stripe.models import Event


class StripeTestMixin(TestCase):
    """A fake Stripe for each test: ``class AccessTest(StripeTestMixin, TestCase)``.

    Attributes:
        stripe: the fake, which answers all that the app and the project ask of Stripe.
        deliver: delivers events: ``self.deliver(event)``, ``self.deliver.all(shuffled=True)``.
        heard: the signals that were sent, in order.
    """

    stripe: FakeStripe
    deliver: Deliver
    heard: list[Heard]

    def setUp(self) -> None:  # noqa: D102 - unittest's
        super().setUp()
        self.stripe = self.enterContext(in_process(FakeStripe()))
        self.deliver = Deliver(self.stripe)
        self.heard = self.enterContext(hear())

    def assertSignalled(self, kind: str, *, times: int = 1) -> list[Heard]:  # noqa: N802 - as in unittest
        """Assert that the signal of an event type was sent so many times; see `assert_signalled`."""
        return assert_signalled(self.heard, kind, times=times)

    def assertProcessed(self, event: Mapping[str, Any] | Event | str) -> Event:  # noqa: N802 - as in unittest
        """Assert that an event is confirmed and processed; see `assert_processed`."""
        return assert_processed(event)

    def assertSameEndState(self) -> None:  # noqa: N802 - as in unittest
        """Assert that the database has what Stripe has; see `assert_same_end_state`."""
        assert_same_end_state(self.stripe)
