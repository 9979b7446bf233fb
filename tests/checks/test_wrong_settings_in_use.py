"""What a wrong setting does when an event comes in although nobody ran the checks: no error 500, nothing accepted."""

import json

import pytest

from pinax.stripe.conf import several, webhook_secrets
from pinax.stripe.models import Event

pytestmark = pytest.mark.django_db

HERE = f"{__package__ or 'tests.checks'}.modules"


@pytest.mark.parametrize("hookset", [f"{HERE}.WantsArguments", f"{HERE}.FailsToStart", "no.such.hooks", None])
def test_a_hookset_that_cannot_be_made_lets_nothing_be_stored(hookset, stripe, post_event, settings):
    body = stripe.event("ping", None)
    settings.PINAX_STRIPE_HOOKSET = hookset

    response = post_event(body)

    assert (response.status_code, Event.objects.count()) == (503, 0)


@pytest.mark.parametrize("hookset", [f"{HERE}.WantsArguments", None])
def test_nor_does_it_in_a_rejected_delivery(hookset, stripe, post_event, settings):
    settings.PINAX_STRIPE_HOOKSET = hookset
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_x"]

    assert post_event(stripe.event("ping", None)).status_code == 400


@pytest.mark.parametrize("secrets", [5, False, b"whsec_x", iter(["whsec_x"]), [None]])
def test_webhook_secrets_of_a_wrong_type_reject_deliveries(secrets, stripe, post_event, sign, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = secrets
    body = json.dumps(stripe.event("ping", None)).encode()

    assert post_event(body, **sign(body, "whsec_x")).status_code == 400
    assert len(webhook_secrets()) == 1


@pytest.mark.parametrize("ignored", [[None], [5, b"ping"], 5, None])
def test_event_types_that_are_not_strings_ignore_nothing(ignored, stripe, post_event, settings):
    settings.PINAX_STRIPE_IGNORED_EVENTS = ignored

    assert post_event(stripe.event("ping", None)).status_code == 200
    assert Event.objects.get().processed
    assert several(ignored) == []
