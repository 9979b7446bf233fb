"""Deliveries to the URL with ``?compare=``: they are kept for a comparison, and never cost an event."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pinax.stripe import answers as answering
from pinax.stripe.answers import answers
from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.inbox.compared import SAMPLES, is_marked, kept
from pinax.stripe.models import Event, RejectedDelivery
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "whsec_of_the_endpoint"
VERSION = "2026-10-28.endive"
MARK = f"?compare={VERSION}"
Cause = RejectedDelivery.Cause


@pytest.fixture
def post(settings, stripe, sign):
    """Post an event as Stripe does, to the URL with the mark; returns the status."""
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]

    def post(event, query=MARK, secret=SECRET):
        body = json.dumps(event).encode()
        headers = sign(body, secret) if secret else {}
        return Client().post(f"/stripe/webhook/{query}", body, "application/json", headers=headers).status_code

    return post


class Redacting(DefaultHookSet):
    def redact(self, message):
        message["data"]["object"]["email"] = "redacted"
        return message


def test_it_is_kept_and_not_processed_and_the_other_delivery_is(stripe, post, heard):
    event = stripe.event("customer.created", build("customer"))

    assert post(event) == 200
    assert (Event.objects.count(), heard, stripe.requests) == (0, [], [])
    assert post(event, "") == 200
    assert post(event) == 200

    assert [one.signal for one in heard] == ["customer.created", "*"]
    assert Event.objects.get().deliveries == 1
    row = RejectedDelivery.objects.last()
    assert (row.stripe_id, row.kind, row.cause) == (event["id"], "customer.created", Cause.COMPARED)
    assert json.loads(row.body) == event


@pytest.mark.parametrize("query", ["", "?version=2026-10-28.endive", "?token=a&compared=b", "?compare"])
def test_without_the_mark_it_is_processed(query, stripe, post):
    assert post(stripe.event("customer.created", build("customer")), query) == 200
    assert Event.objects.get().processed


def test_the_mark_may_stand_anywhere_in_the_query():
    assert is_marked("compare=1")
    assert is_marked("token=a&compare=")
    assert not is_marked("token=compare=1")


def test_a_forged_one_is_rejected_like_any_other(stripe, post):
    event = stripe.event("customer.created", build("customer"))

    assert [post(event, secret="whsec_wrong"), post(event, secret="")] == [400, 400]
    assert {row.cause for row in RejectedDelivery.objects.all()} == {Cause.NO_MATCH, Cause.NOT_SIGNED}


def test_without_webhook_secrets_it_is_processed_because_nobody_else_can_prove_it(stripe, post, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = []

    assert post(stripe.event("customer.created", build("customer"))) == 200

    assert Event.objects.get().processed
    assert not RejectedDelivery.objects.exists()


def test_an_event_that_the_other_endpoint_has_not_brought_in_minutes_is_processed(stripe, post):
    late = stripe.event("customer.created", build("customer"), created=stripe.now - 600)

    assert post(late) == 200
    assert Event.objects.get().processed
    assert post(late) == 200
    assert RejectedDelivery.objects.get().stripe_id == late["id"]
    assert Event.objects.get().deliveries == 1


def test_a_thin_event_and_a_question_are_never_only_compared(stripe, post):
    customer = stripe.put(build("customer"))
    purchase = stripe.event("issuing_authorization.request", build("issuing.authorization"))
    with answering.override():
        answers("issuing_authorization.request", default={"approved": False})(lambda **kwargs: {"approved": True})

        assert post(purchase) == 200
        assert post(stripe.thin(stripe.event("customer.created", customer))) == 200

    assert {event.kind for event in Event.objects.all()} == {"issuing_authorization.request", "customer.created"}
    assert not RejectedDelivery.objects.exists()


def test_so_many_of_each_type_and_version_are_kept(stripe, post):
    for kind, number in (("customer.created", SAMPLES + 3), ("customer.updated", 2)):
        for _ in range(number):
            post(stripe.event(kind, build("customer")))
    post(stripe.event("customer.created", build("customer"), api_version="2025-09-30.clover"))

    assert (
        sorted(kept(VERSION, "").values_list("kind", flat=True))
        == ["customer.created"] * SAMPLES + ["customer.updated"] * 2
    )
    assert kept("2025-09-30.clover", "").count() == 1


def test_they_displace_nothing_and_are_not_displaced(stripe, post, settings):
    settings.PINAX_STRIPE_REJECTED_KEPT = 3
    for _ in range(5):
        post(stripe.event("customer.created", build("customer")))
    for _ in range(5):
        post(stripe.event("customer.created", build("customer")), secret="whsec_wrong")
    call_command("stripe_prune", verbosity=0)

    causes = list(RejectedDelivery.objects.values_list("cause", flat=True))
    assert sorted(causes) == [Cause.COMPARED] * 3 + [Cause.NO_MATCH] * 3


def test_what_is_not_to_be_kept_is_not(stripe, post, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Redacting"
    post(stripe.event("customer.created", build("customer", email="ada@example.com")))
    settings.PINAX_STRIPE_REJECTED_KEPT = 0
    post(stripe.event("customer.created", build("customer", email="ada@example.com")))

    (row,) = RejectedDelivery.objects.all()
    assert json.loads(row.body)["data"]["object"]["email"] == "redacted"


def test_nothing_is_kept_of_an_erased_customer(stripe, post):
    customer = build("customer", id="cus_1", email="ada@example.com")
    event = stripe.event("customer.created", customer)
    post(event)
    post(event, "")
    call_command("stripe_prune", "--erase", "cus_1", "--yes", verbosity=0)
    post(stripe.event("customer.updated", customer))

    assert [row.body for row in RejectedDelivery.objects.all()] == ["", ""]


def test_it_costs_three_statements_at_most(stripe, post):
    event = stripe.event("customer.created", build("customer"))
    with CaptureQueriesContext(connection) as captured:
        post(event)
    assert len(captured) <= 3
