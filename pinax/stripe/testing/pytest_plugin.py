"""Fixtures for pytest: ``stripe``, ``deliver`` and ``heard``. They cost nothing in tests that do not use them.

Nothing of Django, stripe-python or the app is imported before a test asks for one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.testing.delivering import Deliver
    from pinax.stripe.testing.fake import FakeStripe
    from pinax.stripe.testing.hearing import Heard


@pytest.fixture
def stripe() -> Iterator[FakeStripe]:
    """A fake Stripe of this test, which answers all that the app and the project ask of Stripe."""
    from pinax.stripe.testing import FakeStripe, in_process

    with in_process(FakeStripe()) as fake:
        yield fake


@pytest.fixture
def deliver(db: None, stripe: FakeStripe) -> Deliver:  # noqa: ARG001 - pytest-django's fixture
    """Deliver events to the project: ``deliver(event)``, ``deliver.all(shuffled=True)``; it uses the database."""
    from pinax.stripe.testing import Deliver

    return Deliver(stripe)


@pytest.fixture
def heard() -> Iterator[list[Heard]]:
    """The signals of events that were sent during this test, in order; ``any_event`` is "*"."""
    from pinax.stripe.testing import hear

    with hear() as signals:
        yield signals
