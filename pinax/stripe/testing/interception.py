"""The fake Stripe in this process, instead of Stripe: for the app, and for the project's own calls."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import stripe
from django.test import override_settings

from pinax.stripe.client.sessions import replaced_transport
from pinax.stripe.conf import conf
from pinax.stripe.keys import mode_of
from pinax.stripe.testing.clients import answering_for_stripe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinax.stripe.testing.fake import FakeStripe


@contextmanager
def in_process(fake: FakeStripe) -> Iterator[FakeStripe]:
    """Let ``fake`` answer what this process asks of Stripe until the block ends, in all threads.

    That is what the app asks, and what the project asks with stripe-python: ``stripe.Customer.create(…)``, and any
    ``StripeClient``, also one that was made before, or with the address in ``PINAX_STRIPE_API_BASE``. Nothing is sent
    to Stripe in the block. Requests to other hosts are sent as usual.

    The fake accepts the keys in the settings, and ``stripe.api_key``. For a mode without a key, one is set.

    Args:
        fake: the fake Stripe.
    """

    def ask(method: str, verb: str, url: str, *args: Any, **options: Any) -> Any:
        return getattr(fake.http_client(), method)(verb, url, *args, **options)

    transport, clients = replaced_transport(fake.http_client), answering_for_stripe(ask, conf.API_BASE)
    with override_settings(**_keys_for(fake)), transport, clients:
        yield fake


def _keys_for(fake: FakeStripe) -> dict[str, str]:
    """Let the fake accept the keys of the project, and return settings with those that are missing."""
    for key in filter(None, (conf.SECRET_KEY, conf.TEST_SECRET_KEY, stripe.api_key)):
        fake.accept(key)
    if not conf.SECRET_KEY:
        return {"PINAX_STRIPE_SECRET_KEY": fake.test_key}
    if mode_of(conf.SECRET_KEY) and not conf.TEST_SECRET_KEY:
        return {"PINAX_STRIPE_TEST_SECRET_KEY": fake.test_key}
    return {}
