"""What a webhook secret signed is never judged forged because Stripe does not find it."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from pinax.stripe.inbox.message import Outcome
from pinax.stripe.models import Event
from pinax.stripe.operations.health import Limits, alerts, status
from pinax.stripe.operations.retention import jobs, run_job
from pinax.stripe.operations.retry import process_due
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "whsec_" + "s" * 32


@pytest.fixture
def signed(post_event, settings, sign):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]

    def signed(body):
        raw = json.dumps(body).encode()
        return post_event(raw, **sign(raw, SECRET))

    return signed


def enqueue_nowhere(event_pk):
    """A dispatcher that takes the event and runs nothing."""


def let_pass(**delta):
    """Move everything that is in an event's row into the past."""
    for name in ("created", "received_at", "next_attempt_at"):
        Event.objects.filter(**{f"{name}__isnull": False}).update(**{name: F(name) - timedelta(**delta)})


@pytest.fixture
def asked_with_the_wrong_key(stripe, signed, settings):
    """A queued event, rightly signed, for which the worker asks an account that does not have it."""
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.enqueue_nowhere"
    body = stripe.event("customer.created", build("customer", id="cus_1"))
    assert signed(body).status_code == 200
    let_pass(seconds=200)
    absent = {"error": {"code": "resource_missing", "message": "No such event"}}
    with stripe.answering(status=404, path=f"/v1/events/{body['id']}", body=absent):
        assert process_due() == {Outcome.RETRY: 1}
    return body


def test_it_stays_unchecked_scheduled_and_in_sight(asked_with_the_wrong_key, caplog):
    event = Event.objects.get()

    assert (event.valid, event.processed, event.failures, event.given_up_at) == (None, False, 0, None)
    assert event.next_attempt_at > timezone.now()
    assert "signed with secret 1" in event.verification_note
    assert event.exceptions.get().message.startswith("Unconfirmed: no such event")
    let_pass(hours=2)
    (alert,) = alerts(status(), Limits())
    assert (alert.level.name, alert.message.partition(";")[0][:32]) == ("CRITICAL", "the oldest pending event waits f")


def test_it_is_never_pruned(asked_with_the_wrong_key, settings):
    settings.PINAX_STRIPE_INVALID_KEPT = 0
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = 1
    let_pass(days=400)

    for job in jobs():
        run_job(job)

    assert Event.objects.get().valid is None


def test_with_the_right_key_it_is_processed(asked_with_the_wrong_key, stripe, heard):
    let_pass(hours=7)

    assert process_due() == {Outcome.PROCESSED: 1}
    assert len(heard) == 2


def test_an_operator_may_accept_the_signature_once_stripe_has_forgotten_the_event(
    asked_with_the_wrong_key, heard, capsys
):
    replay = ["stripe_replay", asked_with_the_wrong_key["id"], "--accept-signature", "--yes", "--by", "ada"]
    with pytest.raises(CommandError):
        call_command(*replay, "--reason", "the key was wrong")
    assert "Stripe keeps" in capsys.readouterr().err
    assert (Event.objects.get().valid, heard) == (None, [])

    let_pass(days=31)
    call_command(*replay, "--reason", "the key was wrong")

    event = Event.objects.get()
    assert (event.valid, event.processed, len(heard)) == (True, True, 2)
    assert event.verification_note == "by its signature (secret 1), accepted by ada: Stripe has forgotten the event"


def test_of_a_thin_event_whose_snapshot_event_has_a_row_of_its_own_none_can_be_accepted(
    stripe, signed, settings, post_event, capsys
):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.enqueue_nowhere"
    snapshot = stripe.event("customer.created", build("customer"))
    thin = stripe.thin(snapshot)
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = []
    post_event(thin)
    post_event(snapshot)
    Event.objects.update(signed=True, signed_by="secret 1")
    let_pass(days=31)

    with pytest.raises(CommandError):
        call_command("stripe_replay", thin["id"], "--accept-signature", "--yes", "--reason", "why not")

    assert f"{thin['id']} is the thin event of {snapshot['id']}: replay that one" in capsys.readouterr().err
    assert Event.objects.filter(valid=None).count() == 2


def test_of_an_unsigned_event_no_signature_can_be_accepted(stripe, post_event, capsys):
    post_event({**stripe.event("ping"), "id": "evt_forged"})
    let_pass(days=31)

    with pytest.raises(CommandError):
        call_command("stripe_replay", "evt_forged", "--accept-signature", "--yes", "--reason", "why not")

    assert "not signed by a webhook secret" in capsys.readouterr().err
    assert Event.objects.get().valid is False


def test_signed_live_events_without_a_key_are_counted_and_an_alarm(stripe, signed, settings):
    settings.PINAX_STRIPE_SECRET_KEY = "sk_test_1"
    body = stripe.event("customer.created", build("customer"), livemode=True)

    assert signed(body).status_code == 200

    event = Event.objects.get()
    assert (event.skipped, event.skip_cause) == (True, "no key")
    let_pass(days=400)
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = 1
    for job in jobs():
        run_job(job)
    now = status()
    assert now.skipped == {True: 1, False: 0}
    assert "1 live events skipped" in alerts(now, Limits())[0].message


def test_what_is_switched_off_is_counted_apart(stripe, signed, settings):
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["ping"]

    assert signed(stripe.event("ping")).status_code == 200

    assert Event.objects.get().skip_cause == "switched off"
    assert (status().switched_off, status().skipped) == (1, {True: 0, False: 0})


def test_a_signed_delivery_that_stripe_contradicts_is_a_warning_in_the_log_and_an_alarm_of_any_age(
    stripe, signed, caplog
):
    body = stripe.event("charge.succeeded", build("charge", amount=1))
    lie = {**body, "data": {"object": {**body["data"]["object"], "amount": 2}}}

    assert signed(lie).status_code == 400

    (line,) = [record for record in caplog.records if record.name == "pinax.stripe" and "rejected" in record.message]
    assert line.levelname == "WARNING"
    let_pass(days=400)
    for job in jobs():
        run_job(job)
    assert status().invalid_signed == 1
    assert "1 signed by a webhook secret" in alerts(status(), Limits())[0].message
