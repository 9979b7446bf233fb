"""What a confirmation writes: only what differs from the row, unless the row may have been replaced meanwhile."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pinax.stripe.inbox.attempts import lease_expires_at, lock
from pinax.stripe.inbox.confirmation import confirmation
from pinax.stripe.inbox.message import read
from pinax.stripe.inbox.recording import record
from pinax.stripe.models import Event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(stripe):
    return read(stripe.event("customer.created", build("customer", name="Ada")))


@pytest.fixture
def finish():
    """Lock the event and write what was set aside; returns the UPDATE of the event."""

    def finish(event):
        with CaptureQueriesContext(connection) as captured, transaction.atomic():
            assert lock(event)
            event.transition({"processed": True})
        return next(q["sql"] for q in captured.captured_queries if '"processed" = ' in q["sql"].replace("`", '"'))

    return finish


def test_a_body_that_is_stored_already_is_not_written_again(message, finish):
    event = record(message).event
    event.assign_unsaved(confirmation(message, message, ""))

    sql = finish(event)

    assert "webhook_message" not in sql
    row = Event.objects.get()
    assert (row.valid, row.processed, row.message) == (True, True, message.body)
    assert row.next_attempt_at == event.next_attempt_at


def test_a_body_that_another_delivery_has_replaced_meanwhile_is_written_again(message, finish):
    event = record(message).event
    event.assign_unsaved(confirmation(message, message, ""))
    forged = {**message.body, "type": "customer.deleted"}
    lease = lease_expires_at() + timedelta(seconds=1)
    Event.objects.update(webhook_message=forged, kind="customer.deleted", signed_by="somebody", next_attempt_at=lease)

    finish(event)

    row = Event.objects.get()
    assert (row.message, row.kind, row.signed_by) == (message.body, "customer.created", "")


def test_a_signed_body_that_replaces_an_unsigned_one_renews_the_lease(stripe, message, settings, sign, post_event):
    unsigned = record(message).event
    signed = read(message.body, signed_by="secret 1")

    record(signed)

    row = Event.objects.get()
    assert (row.signed_by, row.next_attempt_at > unsigned.next_attempt_at) == ("secret 1", True)
