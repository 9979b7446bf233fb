"""A change of an event's row: the instance has the new values if and only if the row took them."""

import pytest
from django.db.models import Q
from django.utils import timezone

from pinax.stripe.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    facts = {"kind": "ping", "livemode": False, "created": timezone.now(), "webhook_message": {"id": "evt_1"}}
    return Event.objects.create(stripe_id="evt_1", **facts)


def stored(event, *names):
    return Event.objects.values_list(*names).get(pk=event.pk)


def test_the_instance_follows_a_row_that_took_the_values(event):
    assert event.transition({"attempts": 3, "verification_note": "x"}, Q(valid=None), processed=False)

    assert (event.attempts, event.verification_note) == stored(event, "attempts", "verification_note") == (3, "x")


def test_the_instance_stays_as_it_was_if_the_row_did_not_take_the_values(event):
    Event.objects.update(valid=True, processed=True)

    assert not event.transition({"attempts": 3}, processed=False)
    assert not event.transition({"attempts": 3}, Q(valid=None))

    assert (event.attempts, stored(event, "attempts")) == (0, (0,))


def test_values_that_were_set_aside_are_written_with_the_next_transition_and_wait_if_that_fails(event):
    event.assign_unsaved({"valid": True, "verification_note": "listed"})
    assert (event.valid, stored(event, "valid")) == (True, (None,))

    assert not event.transition({"processed": True}, skipped=True)
    assert event.processed is False
    assert event.transition({"processed": True}, skipped=False)

    assert stored(event, "valid", "verification_note", "processed") == (True, "listed", True)


def test_all_that_was_set_aside_is_written_if_somebody_has_replaced_the_row_meanwhile(event):
    event.assign_unsaved({"valid": True, "kind": "ping"})  # the type is that of the row already
    Event.objects.update(kind="forged", next_attempt_at=timezone.now())

    event.compare_lease(stored(event, "next_attempt_at")[0])
    assert event.transition({"attempts": 1})

    assert stored(event, "kind", "valid") == ("ping", True)


def test_reading_the_row_again_drops_what_was_set_aside(event):
    event.assign_unsaved({"verification_note": "listed"})

    event.refresh_from_db()
    event.transition({"attempts": 1})

    assert stored(event, "verification_note", "attempts") == ("", 1)
