"""What a project does not want to keep is taken out at the door."""

import json
import logging
from pathlib import Path
from typing import ClassVar

import pytest

from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.imports.lists import listed_snapshot, listing, object_type_named
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Charge, Customer, Event, EventProcessingException, RejectedDelivery
from pinax.stripe.operations.listed_events import read_listed
from pinax.stripe.scope import Scope
from pinax.stripe.testing import build
from pinax.stripe.times import Asked, from_timestamp

pytestmark = pytest.mark.django_db

CANARY = "ada@example.com"


class NoEmail(DefaultHookSet):
    """Each time it is called on what it has made, it makes something else: it is called once only."""

    def redact(self, message):
        carried = message.get("data", {}).get("object", {})
        carried["email"] = f"<{carried.get('email') and 'taken out'}>" if "email" in carried else None
        return message


class Raising(DefaultHookSet):
    def redact(self, message):
        raise LookupError(message["data"]["object"]["email"])


class Changing(DefaultHookSet):
    change: ClassVar[dict] = {}

    def redact(self, message):
        return {**message, **self.change}


class ChangingInPlace(DefaultHookSet):
    def redact(self, message):
        message["id"] = "evt_other"
        return message


@pytest.fixture
def hooks(settings):
    def hooks(cls, **change):
        Changing.change = change
        settings.PINAX_STRIPE_HOOKSET = f"{__name__}.{cls.__name__}"

    return hooks


@pytest.fixture
def body(stripe):
    return stripe.event("customer.updated", build("customer", id="cus_1", email=CANARY))


def everything_kept():
    models = [Event, Customer, RejectedDelivery, EventProcessingException]
    return " ".join(str(row) for model in models for row in model._base_manager.values())


def test_what_is_taken_out_is_in_no_table_and_reaches_no_receiver(hooks, body, post_event, heard):
    hooks(NoEmail)

    assert post_event(body).status_code == 200

    event, customer = Event.objects.get(), Customer.objects.get()
    assert (event.valid, event.processed, event.verification_note) == (True, True, "")
    assert event.webhook_message["data"]["object"]["email"] == "<taken out>"
    assert event.object["email"] == customer.email == customer.data["email"] == "<taken out>"
    assert CANARY not in everything_kept() + str([call.event.message for call in heard])


def test_delivered_again_it_is_a_duplicate_and_a_forged_one_is_refused_without_it(hooks, body, post_event):
    hooks(NoEmail)
    post_event(body)
    lie = {**body, "data": {"object": {**body["data"]["object"], "name": "Mallory"}}}

    assert post_event(body).status_code == 200
    assert post_event(lie).status_code == 400

    assert Event.objects.get().deliveries == 2
    assert "Mallory" in RejectedDelivery.objects.get().body
    assert CANARY not in everything_kept()


def test_what_is_fetched_and_what_is_imported_is_without_it_too(hooks, stripe, body, post_event, settings):
    hooks(NoEmail)
    settings.PINAX_STRIPE_SYNC = "latest"
    post_event(body)
    assert Customer.objects.get().fetched_at
    customers = listing(object_type_named("customer"), Scope(livemode=False))
    moment = from_timestamp(2_000_000_000)

    imported = listed_snapshot(customers, build("customer", email=CANARY), Asked(moment, moment))

    assert imported.data["email"] == "<taken out>"
    assert CANARY not in everything_kept()


def test_in_a_queue_the_body_of_the_row_is_compared_as_it_is(hooks, body, post_event, settings):
    hooks(NoEmail)
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"
    post_event(body)

    assert process_event(Event.objects.get()).value == "processed"
    assert Customer.objects.get().email == "<taken out>"


def test_a_hook_that_raises_lets_nothing_be_stored_and_the_delivery_come_again(hooks, body, post_event, caplog):
    hooks(Raising)

    assert post_event(body).status_code == 503

    assert (Event.objects.count(), RejectedDelivery.objects.count()) == (0, 0)
    assert f"{__name__}.Raising.redact raised LookupError" in caplog.text
    hooks(NoEmail)
    assert post_event(body).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"id": "evt_other"},
        {"type": "customer.created"},
        {"account": "acct_1"},
        {"livemode": True},
        {"created": 1},
        {"api_version": None},
        {"data": {}},
        {"data": {"object": {"id": "cus_2", "object": "customer"}}},
        {"data": None},
        {"not": {"JSON"}},
    ],
    ids=str,
)
def test_a_hook_that_changes_what_an_event_is_known_by_is_named_and_nothing_is_stored(
    change, hooks, body, post_event, caplog
):
    hooks(Changing, **change)

    with caplog.at_level(logging.ERROR):
        assert post_event(body).status_code == 503

    assert f"{__name__}.Changing.redact" in caplog.text
    assert Event.objects.count() == 0


@pytest.mark.parametrize("change", [{"related_object": {"id": "cus_2", "type": "customer"}}, {"snapshot_event": "x"}])
def test_a_hook_that_changes_what_a_thin_event_is_about_is_named_too(change, hooks, stripe, body, post_event, caplog):
    hooks(Changing, **change)

    with caplog.at_level(logging.ERROR):
        assert post_event(stripe.thin(body)).status_code == 503

    assert next(iter(change)) in caplog.text
    assert Event.objects.count() == 0


def test_a_hook_that_changes_it_in_place_is_found_too(hooks, body, post_event):
    hooks(ChangingInPlace)

    assert post_event(body).status_code == 503
    assert Event.objects.count() == 0


def test_a_hook_that_fails_at_stripes_copy_lets_the_event_be_tried_again(hooks, stripe, body, post_event):
    hooks(NoEmail)
    with stripe.answering(status=500):
        post_event(body)
    hooks(Raising)

    assert process_event(Event.objects.get()).value == "to be tried again"

    assert "redact raised LookupError" in EventProcessingException.objects.first().message
    hooks(NoEmail)
    assert process_event(Event.objects.get()).value == "processed"


def test_events_without_an_object_pass(hooks, stripe, post_event):
    hooks(Changing)
    body = stripe.event("ping")

    assert post_event(json.dumps(body)).status_code == 200
    assert Charge.objects.count() == 0


def test_what_is_refused_for_its_signature_is_kept_without_it_too(hooks, body, post_event, sign, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]
    hooks(NoEmail)
    posted = json.dumps(body).encode()

    assert post_event(posted, **sign(posted, "whsec_another")).status_code == 400
    assert post_event(b"no JSON of " + CANARY.encode(), **sign(posted, "whsec_another")).status_code == 400

    last, first = RejectedDelivery.objects.all()
    assert ("<taken out>" in first.body, last.body) == (True, "")
    hooks(Raising)
    assert post_event(posted, **sign(posted, "whsec_another")).status_code == 400
    assert RejectedDelivery.objects.first().body == ""
    assert CANARY not in everything_kept()


def test_what_stripe_lists_is_recorded_without_it_too(hooks, body):
    hooks(NoEmail)

    message = read_listed(body, Scope("", livemode=False))

    assert message.object["email"] == "<taken out>"


class Quoting(DefaultHookSet):
    """Fails on a copy of Stripe's, and says in its error what it was to take out."""

    def redact(self, message):
        if message["data"]["object"].get("name") == CANARY:
            raise ValueError(f"could not convert {CANARY}")
        return message


@pytest.mark.django_db
def test_what_a_hook_says_as_it_fails_is_kept_nowhere(stripe, post_event, settings, caplog):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Quoting"
    body = stripe.event("customer.created", build("customer", id="cus_1"))
    told = {**body, "data": {"object": {**body["data"]["object"], "name": CANARY}}}
    stripe.put(told)

    assert post_event(told).status_code == 503
    assert post_event(body).status_code == 503

    kept = EventProcessingException.objects.get()
    assert "redact raised ValueError" in kept.message
    assert f"{Path(__file__).name}" in kept.traceback
    assert CANARY not in kept.message + kept.traceback + caplog.text
