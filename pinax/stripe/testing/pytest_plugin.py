"""Fixtures for pytest: ``stripe``, ``deliver`` and ``heard``. They cost nothing in tests that do not use them.

Nothing of Django, stripe-python or the app is imported before a test asks for one of them, unless
``pinax_stripe_block_network`` is on.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.testing.delivering import Deliver
    from pinax.stripe.testing.fake import FakeStripe
    from pinax.stripe.testing.hearing import Heard

#: The option in pytest's configuration that lets requests to Stripe fail.
BLOCK: Final = "pinax_stripe_block_network"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the option."""
    parser.addini(BLOCK, "Let a test fail that sends a request to Stripe without the fixture `stripe`.", "bool", False)


def pytest_configure(config: pytest.Config) -> None:
    """Block requests to Stripe until the tests end, if the option says so."""
    if config.getini(BLOCK):
        from pinax.stripe.testing.clients import answering_for_stripe

        blocking = ExitStack()
        blocking.enter_context(answering_for_stripe(_blocked, _base_in_settings()))
        config.add_cleanup(blocking.close)


def _base_in_settings() -> str | None:
    """Return the address of a fake Stripe for development that the settings of the project name."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        return getattr(settings, "PINAX_STRIPE_API_BASE", None)
    except ImproperlyConfigured:  # tests of a project without settings
        return None


def _blocked(_method: str, verb: str, url: str, *_args: Any, **_options: Any) -> NoReturn:
    """Fail: unlike an exception, that is not caught by what handles the errors of Stripe."""
    pytest.fail(
        f"A request to Stripe was blocked ({BLOCK}): {verb.upper()} {url}. Ask for the fixture `stripe`, or use "
        "StripeTestMixin: they let a fake Stripe answer."
    )


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
