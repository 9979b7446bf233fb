"""A connection to the database that is lost at the end of a transaction costs one answer, and no more."""

import sys

import pytest
from django.db import close_old_connections, connection, connections

from pinax.stripe.models import Event
from pinax.stripe.testing import build

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has no connection to lose"),
]

WHOSE = {"postgresql": "SELECT pg_backend_pid()", "mysql": "SELECT CONNECTION_ID()"}
DROP = {"postgresql": "SELECT pg_terminate_backend(%s)", "mysql": "KILL CONNECTION %s"}


@pytest.fixture
def lose_connection():
    """Let this thread's connection be dropped, by another one, right before or after its next COMMIT."""
    other = connections.create_connection("default")
    with connection.cursor() as cursor:
        cursor.execute(WHOSE[connection.vendor])
        ((number,),) = cursor.fetchall()

    def lose(told):
        def watch(frame, what, _argument):
            if what == told and frame.f_code.co_qualname == "BaseDatabaseWrapper._commit":
                sys.setprofile(None)
                with other.cursor() as cursor:
                    cursor.execute(DROP[connection.vendor], [number])

        sys.setprofile(watch)

    yield lose
    sys.setprofile(None)
    other.close()
    connection.close()


@pytest.mark.parametrize("moment", ["call", "return"], ids=["before COMMIT", "after COMMIT"])
def test_what_is_delivered_after_a_connection_was_lost_is_done(moment, stripe, post_event, lose_connection):
    body, later = (stripe.event("customer.created", build("customer")) for _ in range(2))

    lose_connection(moment)
    assert post_event(body).status_code in (200, 503)
    answers = []
    for one in (body, later):
        close_old_connections()  # as a server does before each request
        answers.append(post_event(one).status_code)

    assert answers == [200, 200]
    assert Event.objects.filter(processed=True).count() == 2
