"""The process with dj-stripe: it reads deliveries as lines of JSON, and writes what they took.

Nothing of pinax-stripe is imported here: it is not installed in this environment.
"""

from __future__ import annotations

import gc
import json
import sys
from importlib.metadata import version
from typing import Any

import django
import stripe
from django.conf import settings

django.setup()

from djstripe.models import WebhookEndpoint  # noqa: E402

from benchmarks.database import own_database  # noqa: E402
from benchmarks.deliveries import Site  # noqa: E402


def main() -> None:
    with own_database() as name:
        make_endpoint()
        site = Site()
        gc.freeze()
        for line in sys.stdin:
            sys.stdout.write(json.dumps(_answer(site, json.loads(line), name)) + "\n")
            sys.stdout.flush()


def make_endpoint() -> None:
    """Make an endpoint that validates by signature.

    The other way, to ask Stripe, accepts no event in 2.11.0: it compares a dictionary with a `StripeObject`, and these
    are never equal in the stripe-python that it requires.
    """
    WebhookEndpoint.objects.create(
        id="we_bench",
        livemode=False,
        djstripe_uuid=settings.RIVAL_UUID,
        djstripe_validation_method="verify_signature",
        secret=settings.WEBHOOK_SECRET,
        url=f"https://example.com{settings.RIVAL_PATH}",
        status="enabled",
        api_version=stripe.api_version,
        enabled_events=["*"],
    )


def _answer(site: Site, question: dict[str, Any], database: str) -> Any:
    if question["ask"] == "facts":
        versions = {name: version(name) for name in ("dj-stripe", "django", "stripe")}
        return {**versions, "database": database}
    act = site.counted if question["ask"] == "statements" else site.timed
    return act(question["path"], [body.encode() for body in question["bodies"]])


if __name__ == "__main__":
    main()
