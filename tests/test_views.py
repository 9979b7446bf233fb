import pytest
from django.db import Error, connection, connections
from django.test import RequestFactory

from pinax.stripe import views
from pinax.stripe.client import RETRIES
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Event
from pinax.stripe.testing import build


def test_no_database_wraps_the_view_in_a_transaction():
    assert views.webhook._non_atomic_requests == set(connections)


def test_a_sender_that_hangs_up_is_answered_400_for_nobody_to_hear():
    class HungUp:
        def read(self, *_):
            raise OSError("connection reset by peer")

    request = RequestFactory().post("/", b"{}", content_type="application/json")
    request._stream = HungUp()

    assert views.webhook(request).status_code == 400


@pytest.mark.django_db
def test_in_a_web_request_stripe_is_asked_once_and_in_a_worker_again(stripe, post_event):
    with stripe.answering(status=500, retry=True):
        assert post_event(stripe.event("customer.created", build("customer"))).status_code == 503
        assert len(stripe.requests) == 1
        stripe.requests.clear()

        assert process_event(Event.objects.get()) is Outcome.RETRY
        assert len(stripe.requests) == 1 + RETRIES


@pytest.mark.django_db
def test_a_database_that_fails_is_a_503(stripe, post_event, caplog):
    def fail(execute, sql, params, many, context):
        raise Error("no connection")

    with connection.execute_wrapper(fail):
        response = post_event(stripe.event("customer.created", build("customer")))

    assert (response.status_code, response.content) == (503, b"try again\n")
    assert "could not be recorded" in caplog.text
