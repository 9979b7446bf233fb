"""``manage.py stripe_process``: what it does, what it says, how it ends, and what it survives."""

import io
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DataError, Error, IntegrityError, InterfaceError, InternalError, OperationalError, connection
from django.utils import timezone

from pinax.stripe.models import Event
from pinax.stripe.signals import any_event, event_processed
from pinax.stripe.testing import build

pytestmark = pytest.mark.loopback

ROOT = Path(__file__).parents[2]
#: How long a test waits for what has to happen, in seconds.
LONGEST = 60


def lose(event_pk):
    """A dispatcher that loses every event."""


@pytest.fixture
def due(stripe, post_event, settings):
    """Events that are due, and that nobody has tried yet."""
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.lose"

    def due(number=1):
        for _ in range(number):
            assert post_event(stripe.event("customer.created", build("customer"))).status_code == 200
        Event.objects.filter(processed=False).update(next_attempt_at=timezone.now() - timedelta(minutes=1))
        return list(Event.objects.order_by("pk"))

    return due


@pytest.fixture
def stripe_process():
    def stripe_process(*args):
        out = io.StringIO()
        call_command("stripe_process", *args, stdout=out)
        return out.getvalue()

    return stripe_process


@pytest.mark.django_db
def test_what_is_due_is_done_once_and_then_nothing_is_due(stripe_process, due):
    due(3)

    assert stripe_process() == "3 processed\n"
    assert stripe_process() == "nothing is due\n"
    assert Event.objects.filter(processed=True, attempts=1).count() == 3


@pytest.mark.django_db
def test_a_limit_is_kept(stripe_process, due):
    due(3)

    assert stripe_process("--limit", "2") == "2 processed\n"
    assert Event.objects.pending().count() == 1


@pytest.mark.django_db
def test_where_something_failed_the_rest_is_done_and_the_exit_code_is_one(due, connect):
    first, *_ = due(2)
    connect(any_event, lambda event, **kwargs: 1 / (event.pk - first.pk))
    out = io.StringIO()

    with pytest.raises(CommandError, match="1 failed; see the errors of these events") as error:
        call_command("stripe_process", stdout=out)

    assert error.value.returncode == 1
    assert sorted(out.getvalue().strip().split(", ")) == ["1 processed", "1 to be tried again"]


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--interval", "0", "not a number of seconds above 0"),
        ("--interval", "-1", "not a number of seconds above 0"),
        ("--interval", "nan", "not a number of seconds above 0"),
        ("--interval", "inf", "not a number of seconds above 0"),
        ("--interval", "often", "not a number of seconds above 0"),
        ("--limit", "0", "not an integer of 1 or more"),
        ("--limit", "-1", "not an integer of 1 or more"),
        ("--limit", "many", "not an integer of 1 or more"),
    ],
)
def test_a_number_that_is_none_is_refused_in_words(option, value, said):
    with pytest.raises(CommandError, match=f"argument {option}: '{value}' is {said}"):
        call_command("stripe_process", f"{option}={value}")


#: The command in a process of its own, with a receiver that says when it is called and waits to be told to go on.
RUN = """
import sys
from tests import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.PINAX_STRIPE_API_BASE = sys.argv[2]
settings.PINAX_STRIPE_RETRY_BACKOFF = (0.2, 0.2)
import django
django.setup()
from django.core.management import call_command
from pinax.stripe.signals import any_event, event_processed

def wait(event, **kwargs):
    print("called for", event.pk, flush=True)
    sys.stdin.readline()

any_event.connect(wait)
call_command("stripe_process", "--forever", "--interval", "0.05")
"""


@pytest.fixture
def running(settings):
    """The command as a service: talked to by way of its pipes, and ended for sure."""

    @contextmanager
    def running():
        name = str(connection.settings_dict["NAME"])
        args = [sys.executable, "-W", "ignore", "-c", RUN, name, settings.PINAX_STRIPE_API_BASE]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PGAPPNAME": "stripe_process"}
        process = subprocess.Popen(
            args,
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    return running


def go_on(process):
    process.stdin.write("\n")
    process.stdin.flush()


def until(holds):
    end = time.monotonic() + LONGEST
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_is_told_to_stop_ends_after_the_event_at_hand(due, running, number):
    first, second = due(2)

    with running() as process:
        assert process.stdout.readline() == f"called for {first.pk}\n"
        process.send_signal(number)
        go_on(process)
        said, _ = process.communicate(timeout=LONGEST)

    assert (process.returncode, said) == (0, "1 processed\n")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.processed, second.processed, second.attempts) == (True, False, 0)
    assert list(Event.objects.due()) == [second]


@pytest.mark.django_db(transaction=True)
def test_a_service_that_rests_finds_what_comes_later_and_stops_at_once(due, running):
    with running() as process:
        due()
        assert process.stdout.readline().startswith("called for")
        go_on(process)
        assert process.stdout.readline() == "1 processed\n"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LONGEST)

    assert process.returncode == 0


@pytest.fixture
def signals_as_before():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OperationalError, InterfaceError, InternalError, IntegrityError, DataError, Error])
def test_a_service_survives_any_error_of_the_database(error, due, connect, caplog, signals_as_before):
    (event,) = due()
    failures = [error("read-only"), error("still read-only")]

    def fail(execute, *args):
        if failures:
            raise failures.pop()
        return execute(*args)

    connect(event_processed, lambda **kwargs: os.kill(os.getpid(), signal.SIGTERM))

    with connection.execute_wrapper(fail):
        call_command("stripe_process", "--forever", "--interval", "0.01", stdout=io.StringIO())

    event.refresh_from_db()
    assert event.processed
    assert caplog.text.count("the database cannot be used; trying again in 0.01 seconds") == 2


@pytest.mark.django_db(transaction=True)
def test_once_an_error_of_the_database_is_the_end(due):
    due()

    def fail(execute, *args):
        raise InternalError("read-only")

    with connection.execute_wrapper(fail), pytest.raises(InternalError):
        call_command("stripe_process", stdout=io.StringIO())


def drop_connections():
    """Let the database drop the service's connections; how many it were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'stripe_process' AND datname = current_database()"
        )
        return len(cursor.fetchall())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="drops a connection of PostgreSQL's")
@pytest.mark.django_db(transaction=True)
def test_a_service_survives_that_its_database_connection_is_dropped(due, running):
    (event,) = due()

    with running() as process:
        assert process.stdout.readline() == f"called for {event.pk}\n"
        assert drop_connections() == 1
        go_on(process)

        # What was being processed is taken back, and processed after a pause, over a new connection.
        while (line := process.stdout.readline()) != f"called for {event.pk}\n":
            assert line in {"1 to be tried again\n"}, process.stderr.read()
        go_on(process)
        assert process.stdout.readline() == "1 processed\n"

        # And one that rests.
        until(lambda: drop_connections() == 1)
        due()
        assert process.stdout.readline().startswith("called for")
        go_on(process)
        assert process.stdout.readline() == "1 processed\n"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LONGEST)

    assert process.returncode == 0
    assert Event.objects.filter(processed=True).count() == 2


@contextmanager
def read_only():
    """Let every new connection to the database be read-only, as to a server that is about to become a replica."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        try:
            yield
        finally:
            cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="makes a database of PostgreSQL's read-only")
@pytest.mark.django_db(transaction=True)
def test_a_service_survives_that_its_database_is_read_only_for_a_while(due, running):
    with running() as process:
        until(lambda: drop_connections() == 1)
        with read_only():
            drop_connections()
            (event,) = due()
            assert any("in a read-only transaction" in line for line in process.stderr)
        assert process.stdout.readline() == f"called for {event.pk}\n"
        go_on(process)
        assert process.stdout.readline() == "1 processed\n"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LONGEST)

    assert process.returncode == 0
    event.refresh_from_db()
    assert event.processed
