"""Evidence is bounded under a flood, whoever posts it and however many at once."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from pinax.stripe.models import Event, RejectedDelivery
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = 10


@pytest.fixture
def flood(post_event, settings):
    settings.PINAX_STRIPE_REJECTED_KEPT = KEPT

    def post(bodies):
        def deliver(body):
            try:
                return post_event(body).status_code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as threads:
            return set(threads.map(deliver, bodies))

    return post


def test_refused_signatures_at_once_stay_within_the_bound(flood, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]

    assert flood(b"%d" % number for number in range(120)) == {400}

    assert 0 < RejectedDelivery.objects.count() <= KEPT
    assert Event.objects.count() == 0


def test_contradicted_bodies_at_once_stay_within_the_bound(stripe, post_event, flood):
    genuine = stripe.event("charge.succeeded", build("charge", amount=1))
    post_event(genuine)

    lies = [json.loads(json.dumps(genuine).replace('"amount": 1,', f'"amount": {n},')) for n in range(100, 200)]

    assert flood(lies) == {400}
    assert 0 < RejectedDelivery.objects.count() <= KEPT
    assert {row.cause for row in RejectedDelivery.objects.all()} == {"differs"}
    assert Event.objects.get().processed


def test_what_stripe_contradicts_is_kept_with_its_event_and_its_size(stripe, post_event):
    body = json.dumps({**stripe.event("ping"), "created": 1}).encode()

    post_event(body)

    kept = RejectedDelivery.objects.get()
    assert (kept.event, kept.kind, kept.size) == (Event.objects.get(), "ping", len(body))
    assert kept.cause == RejectedDelivery.Cause.DIFFERS
