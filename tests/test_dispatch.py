import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.db.models import F
from django.utils import timezone

from pinax.stripe.dispatch import dispatch, inline
from pinax.stripe.exceptions import InsideTransaction
from pinax.stripe.inbox.message import Outcome, read
from pinax.stripe.inbox.recording import record
from pinax.stripe.models import Event
from pinax.stripe.operations.retry import process_due
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

carried = []


def carry(event_pk):
    carried.append(event_pk)


def broken(event_pk):
    raise ConnectionError("the broker is down")


def look_from_outside(event_pk):
    def look():
        try:
            return Event.objects.filter(pk=event_pk).exists()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as another:
        carried.append((event_pk, another.submit(look).result()))


@pytest.fixture(autouse=True)
def nothing_carried():
    carried.clear()


def test_an_engine_is_given_the_primary_key_and_the_answer_is_200(stripe, post_event, heard, settings):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.carry"

    response = post_event(stripe.event("customer.created", build("customer")))

    event = Event.objects.get()
    assert (response.status_code, carried, event.valid, heard) == (200, [event.pk], None, [])

    inline(event.pk)

    event.refresh_from_db()
    assert (event.processed, len(heard)) == (True, 2)


def test_an_event_that_is_carried_twice_is_done_once(stripe, post_event, heard, settings):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.carry"
    body = stripe.event("customer.created", build("customer"))
    post_event(body)
    post_event(body)

    for event_pk in carried:
        inline(event_pk)

    assert (len(carried), len(heard)) == (2, 2)


@pytest.mark.parametrize("dispatcher", ["broken", "missing"])
def test_an_event_that_cannot_be_enqueued_is_kept_and_due_at_once(dispatcher, stripe, post_event, settings, caplog):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.{dispatcher}"
    body = stripe.event("customer.created", build("customer"))

    assert post_event(body).status_code == 200
    assert f"{body['id']}: recorded, but not enqueued: stripe_process will process it" in caplog.text
    assert list(Event.objects.due()) == [Event.objects.get()]

    assert process_due() == {Outcome.PROCESSED: 1}


@pytest.mark.parametrize("before", ["refused", "skipped", "given up"])
@pytest.mark.parametrize("dispatcher", ["broken", "carry"])
def test_what_was_left_alone_and_comes_again_is_not_lost_with_its_engine(
    dispatcher, before, stripe, post_event, heard, settings
):
    body = stripe.event("customer.created", build("customer"))
    facts = {
        "refused": {"valid": False},
        "skipped": {"skipped": True},
        "given up": {"valid": True, "validated_message": body, "given_up_at": timezone.now()},
    }[before]
    message = read(body)
    Event.objects.create(
        stripe_id=message.id,
        kind=message.kind,
        livemode=message.livemode,
        created=message.created,
        api_version=message.api_version,
        webhook_message=body,
        **facts,
    )
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.{dispatcher}"

    assert post_event(body).status_code == 200
    Event.objects.update(next_attempt_at=F("next_attempt_at") - timedelta(seconds=200))

    assert (process_due(), len(heard)) == ({Outcome.PROCESSED: 1}, 2)


@pytest.mark.django_db(transaction=True)
def test_the_row_is_there_for_everybody_when_the_engine_hears_of_it(stripe, post_event, settings):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.look_from_outside"

    assert post_event(stripe.event("customer.created", build("customer"))).status_code == 200

    assert carried == [(Event.objects.get().pk, True)]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_enqueued_inside_a_transaction(stripe, settings):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.carry"
    message = read(stripe.event("customer.created", build("customer")))

    with transaction.atomic(), pytest.raises(InsideTransaction):
        dispatch(record(message))

    assert carried == []


def test_an_event_that_was_deleted_meanwhile_is_skipped(caplog):
    assert inline(1) is Outcome.SKIPPED
    assert "event 1: its row is gone" in caplog.text


def test_a_signature_is_remembered_for_the_worker(stripe, post_event, sign, settings):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.carry"
    settings.PINAX_STRIPE_VALIDATION = "signature"
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]
    body = json.dumps(stripe.event("customer.created", build("customer"))).encode()
    assert post_event(body, **sign(body, "whsec_one")).status_code == 200

    assert inline(carried[0]) is Outcome.PROCESSED

    event = Event.objects.get()
    assert (event.signed, event.valid, event.processed, stripe.requests) == (True, True, True, [])


@pytest.mark.parametrize("valid", [None, False])
def test_a_signature_that_comes_with_a_later_delivery_is_remembered_too(valid, stripe, post_event, sign, settings):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.carry"
    told = stripe.event("customer.updated", build("customer"), previous_attributes={"email": "ada@example.com"})
    post_event({**told, "data": {**told["data"], "previous_attributes": {"email": "eve@example.com"}}})
    Event.objects.update(valid=valid)
    settings.PINAX_STRIPE_VALIDATION = "signature"
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]
    body = json.dumps(told).encode()

    assert post_event(body, **sign(body, "whsec_one")).status_code == 200
    assert inline(carried[-1]) is Outcome.PROCESSED

    event = Event.objects.get()
    assert (event.signed, event.previous_attributes) == (True, {"email": "ada@example.com"})


def test_the_worker_of_a_body_that_was_forged_keeps_it_as_invalid(stripe, post_event, heard, settings):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.carry"
    body = stripe.event("charge.succeeded", build("charge"))
    assert post_event({**body, "type": "charge.refunded"}).status_code == 200

    inline(carried[0])

    event = Event.objects.get()
    assert (event.valid, event.rejected.count(), heard) == (False, 1, [])
