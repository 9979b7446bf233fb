"""What has been kept long enough goes; an id stays, so that an old delivery is still known for what it is."""

import json
import logging
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Charge, Event, EventProcessingException, RejectedDelivery
from pinax.stripe.operations import retention
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def days(settings):
    """Ninety days for messages, ten for what nobody confirms."""
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = 90
    settings.PINAX_STRIPE_INVALID_RETENTION_DAYS = 10


def prune(*, after=0, size=retention.SIZE):
    """Do every job, so many days from now; what was done to how many rows."""
    jobs = retention.jobs(timezone.now() + after * DAY)
    return {job.words: done for job in jobs if (done := retention.run_job(job, size=size))}


@pytest.fixture
def genuine(stripe):
    return stripe.event("charge.succeeded", build("charge", id="ch_1", amount=1))


@pytest.fixture
def pruned(days, genuine, post_event, heard, stripe):
    post_event(genuine)
    prune(after=91)
    heard.clear()
    stripe.requests.clear()
    return Event.objects.get()


def test_messages_of_a_processed_event_are_blanked_and_all_else_stays(days, genuine, post_event):
    post_event(genuine)
    before = Event.objects.values().get()

    assert prune(after=89) == {}
    assert prune(after=91) == {"processed events blanked": 1}

    event = Event.objects.get()
    assert (event.webhook_message, event.validated_message, event.message) == ({}, None, None)
    assert event.pruned_at is not None
    assert (event.object, event.previous_attributes) == ({}, {})
    blanked = {"webhook_message", "pruned_at"}  # Stripe's copy was the same, and was stored once
    after = Event.objects.values().get()
    assert {name for name in before if before[name] != after[name]} == blanked
    assert list(Event.objects.pruned()) == [event]
    assert Charge.objects.get().amount == 1
    assert prune(after=91) == {}


def test_without_a_number_of_days_messages_are_kept_for_ever(genuine, post_event, settings):
    settings.PINAX_STRIPE_INVALID_RETENTION_DAYS = None
    settings.PINAX_STRIPE_INVALID_KEPT = None
    post_event(genuine)
    post_event({**genuine, "id": "evt_made_up"})

    assert prune(after=100_000) == {}
    assert Event.objects.get(stripe_id=genuine["id"]).message == genuine


def test_an_old_delivery_of_a_pruned_event_is_a_duplicate(pruned, genuine, post_event, heard, stripe):
    assert post_event(genuine).status_code == 200

    event = Event.objects.get()
    assert (event.deliveries, event.webhook_message, event.pruned_at) == (2, {}, pruned.pruned_at)
    assert (heard, stripe.requests, RejectedDelivery.objects.count()) == ([], [], 0)


def test_a_body_that_tells_of_another_object_is_refused_against_the_columns(pruned, genuine, post_event, heard):
    known = Event.objects.values().get()
    lies = [
        {**genuine, "type": "charge.refunded"},
        {**genuine, "account": "acct_mallory"},
        {**genuine, "livemode": not genuine["livemode"]},
        {**genuine, "created": genuine["created"] + 1},
        {**genuine, "data": {"object": {**genuine["data"]["object"], "id": "ch_mallory"}}},
        {**genuine, "data": {"object": {**genuine["data"]["object"], "object": "payout"}}},
    ]

    assert [post_event(lie).status_code for lie in lies] == [400] * len(lies)

    assert Event.objects.values().get() == known
    assert [json.loads(row.body) for row in RejectedDelivery.objects.order_by("pk")] == lies
    assert heard == []


def test_a_body_that_can_no_longer_be_told_from_the_genuine_one_changes_nothing(
    pruned, genuine, post_event, heard, stripe
):
    lie = {**genuine, "data": {"object": {**genuine["data"]["object"], "amount": 1_000_000}}}
    known = Event.objects.values().get()

    assert post_event(lie).status_code == 200

    assert Event.objects.values().get() == {**known, "deliveries": known["deliveries"] + 1}
    assert (heard, stripe.requests, Charge.objects.get().amount) == ([], [], 1)


def test_what_has_no_id_at_stripe_is_a_duplicate_too(days, stripe, post_event):
    body = stripe.event("balance.available", build("balance"))
    post_event(body)
    assert prune(after=91) == {"processed events blanked": 1}

    assert post_event(body).status_code == 200
    assert Event.objects.get().deliveries == 2


def test_a_pruned_event_that_a_queue_brings_again_is_a_duplicate(pruned, heard):
    assert process_event(pruned).value == "duplicate"
    assert heard == []


def test_errors_go_with_the_messages_of_a_processed_event(days, stripe, genuine, post_event):
    with stripe.answering(status=500):
        post_event(genuine)
    assert prune(after=29) == {}

    post_event(genuine)

    assert prune(after=91) == {"processed events blanked": 1, "errors of processed events deleted": 1}
    assert EventProcessingException.objects.count() == 0


def test_an_event_that_is_still_to_be_done_keeps_its_messages(days, connect, genuine, post_event):
    connect(any_event, lambda **kwargs: 1 / 0)
    assert post_event(genuine).status_code == 503

    assert prune(after=1_000) == {}
    assert Event.objects.get().message == genuine


def test_an_event_that_stripe_contradicts_is_deleted_with_all_that_hangs_on_it(days, stripe, genuine, post_event):
    lie = {**genuine, "id": "evt_made_up"}
    with stripe.answering(status=500):
        post_event(lie)
    post_event(lie)
    assert (Event.objects.get().valid, EventProcessingException.objects.count()) == (False, 1)

    assert prune(after=9) == {}
    assert prune(after=11) == {"invalid events deleted": 1, "rejected deliveries deleted": 1}
    assert (Event.objects.count(), EventProcessingException.objects.count(), RejectedDelivery.objects.count()) == (
        0,
        0,
        0,
    )


def test_what_stripe_can_no_longer_be_asked_about_is_deleted(days, stripe, genuine, post_event):
    with stripe.answering(status=500):
        post_event(genuine)

    assert prune(after=29) == {}
    assert prune(after=31) == {"events that nobody can confirm any more deleted": 1}


def test_what_a_secret_vouches_for_is_never_deleted_while_it_is_to_be_done(
    days, stripe, genuine, post_event, sign, settings
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]
    body = json.dumps(genuine).encode()
    with stripe.answering(status=500):
        post_event(body, **sign(body, "whsec_one"))

    assert prune(after=10_000) == {}
    assert Event.objects.get().webhook_message == genuine


def test_a_skipped_event_goes_when_the_messages_of_others_do_and_is_recorded_anew(
    days, genuine, post_event, sign, settings
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["charge.*"]
    body = json.dumps(genuine).encode()
    post_event(body, **sign(body, "whsec_one"))

    assert prune(after=89) == {}
    assert prune(after=91) == {"skipped events deleted": 1}
    assert post_event(body, **sign(body, "whsec_one")).status_code == 200
    assert Event.objects.get().skipped


def test_invalid_events_are_bounded_in_number_the_newest_are_kept(days, genuine, post_event, settings):
    settings.PINAX_STRIPE_INVALID_KEPT = 2
    post_event(genuine)
    for number in range(5):
        post_event({**genuine, "id": f"evt_made_up_{number}"})

    assert prune() == {"invalid events beyond the newest 2 deleted": 3}
    assert set(Event.objects.values_list("stripe_id", flat=True)) == {
        genuine["id"],
        "evt_made_up_3",
        "evt_made_up_4",
    }


def test_what_anybody_may_post_to_be_skipped_is_bounded_in_number_and_what_is_signed_is_not(
    days, genuine, post_event, sign, settings
):
    settings.PINAX_STRIPE_INVALID_KEPT = 2
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["*"]
    for number in range(5):
        post_event({**genuine, "id": f"evt_made_up_{number}"})
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one"]
    for number in range(3):
        signed = json.dumps({**genuine, "id": f"evt_signed_{number}"}).encode()
        assert post_event(signed, **sign(signed, "whsec_one")).status_code == 200

    assert prune() == {"unsigned skipped events beyond the newest 2 deleted": 3}
    assert Event.objects.filter(signed=True).count() == 3


def test_a_lower_number_of_refused_deliveries_takes_effect(days, genuine, post_event, settings):
    for number in range(5):
        post_event({**genuine, "id": f"evt_made_up_{number}"})
    settings.PINAX_STRIPE_REJECTED_KEPT = 2

    assert prune() == {"rejected deliveries beyond the newest 2 deleted": 3}


def test_it_goes_in_steps_that_read_no_message(days, genuine, post_event, settings):
    for number in range(7):
        post_event({**genuine, "id": f"evt_made_up_{number}"})

    with CaptureQueriesContext(connection) as captured:
        assert prune(after=11, size=3)["invalid events deleted"] == 7

    asked = [query["sql"].replace("`", '"') for query in captured.captured_queries]
    deleted = [sql for sql in asked if sql.startswith('DELETE FROM "pinaxstripe_event"')]
    assert len(deleted) == 3
    assert not [sql for sql in asked if sql.startswith("SELECT") and '"webhook_message"' in sql]


def test_events_of_the_same_moment_are_pruned_in_however_small_steps(days, stripe, post_event):
    for _ in range(3):
        post_event(stripe.event("charge.succeeded", build("charge")))
    Event.objects.update(processed_at=timezone.now() - 91 * DAY)

    assert prune(size=1) == {"processed events blanked": 3}


def test_an_error_is_kept_as_long_as_the_messages_even_if_its_event_was_processed_long_ago(days, genuine, post_event):
    post_event(genuine)
    Event.objects.update(processed_at=timezone.now() - 100 * DAY)
    Event.objects.get().exceptions.create(stage="receiver", message="x", traceback="x")

    assert prune() == {"processed events blanked": 1}
    assert prune(after=91) == {"errors of processed events deleted": 1}


def test_stopped_in_between_what_was_done_is_done(days, stripe, post_event):
    for number in range(4):
        post_event(stripe.event("charge.succeeded", build("charge", id=f"ch_{number}")))
    job = next(retention.jobs(timezone.now() + 91 * DAY))

    def stop(so_far):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retention.run_job(job, size=3, report=stop)

    assert Event.objects.pruned().count() == 3
    assert prune(after=91) == {"processed events blanked": 1}


@pytest.mark.parametrize("genuine_first", [True, False])
def test_a_valid_event_outlives_every_age_and_number(genuine_first, days, genuine, post_event, settings):
    settings.PINAX_STRIPE_INVALID_KEPT = 0
    settings.PINAX_STRIPE_REJECTED_KEPT = 0
    lie = {**genuine, "data": {"object": {**genuine["data"]["object"], "amount": 5}}}
    for body in (genuine, lie) if genuine_first else (lie, genuine):
        post_event(body)

    prune(after=100_000)

    assert Event.objects.get().processed
    assert Charge.objects.get().amount == 1


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_pruned_while_its_event_is_delivered_is_no_error(days, genuine, post_event, settings, stripe):
    settings.PINAX_STRIPE_INVALID_KEPT = 0
    lie = {**genuine, "data": {"object": {**genuine["data"]["object"], "amount": 5}}}
    post_event(lie)

    class Prune(logging.Handler):
        """Delete the row while Stripe is asked."""

        def emit(self, record):
            Event.objects.all().delete()

    watch, logger = Prune(logging.INFO), logging.getLogger("stripe")
    logger.addHandler(watch)
    try:
        assert post_event(genuine).status_code == 503
    finally:
        logger.removeHandler(watch)

    assert post_event(genuine).status_code == 200
    assert Event.objects.get().processed
