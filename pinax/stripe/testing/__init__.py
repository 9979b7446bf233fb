"""A fake Stripe for tests and demos: in memory, or on loopback for HTTP clients.

::

    from pinax.stripe.testing import FakeStripe, build, serve

    stripe = FakeStripe()
    delivered = stripe.event("customer.created", build("customer", email="jo@example.com"))
    with serve(stripe) as server:
        ...  # PINAX_STRIPE_API_BASE = server.url, PINAX_STRIPE_SECRET_KEY = "sk_test_fake"
"""

from pinax.stripe.testing.fake import FakeStripe
from pinax.stripe.testing.objects import build
from pinax.stripe.testing.platforms import FakePlatforms
from pinax.stripe.testing.server import serve

__all__ = ["FakePlatforms", "FakeStripe", "build", "serve"]
