"""Whatever is raised while Stripe is asked, the frames with the key are not kept with it; signals come at any time."""

import logging
import signal
import traceback
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.utils import timezone

from pinax.stripe import client
from pinax.stripe.exceptions import StripeUnreachable
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.models import Event
from pinax.stripe.operations.retry import process_due
from pinax.stripe.scope import Scope
from pinax.stripe.signals import event_failed
from pinax.stripe.testing import FakeStripe, build, serve

KEY = "CANARY.of/test+mode=="


class SoftTimeLimitExceeded(Exception):
    """As Celery's: an ordinary exception."""


class Timeout(BaseException):
    """As gevent's: nobody who catches Exception catches it."""


@pytest.fixture
def stripe(settings):
    settings.PINAX_STRIPE_TEST_SECRET_KEY = KEY
    with serve(FakeStripe(test_key=KEY)) as server:
        settings.PINAX_STRIPE_API_BASE = server.url
        yield server.fake


#: What stripe-python logs right before it asks, and right before it sleeps.
ASKING, SLEEPING = "Request to Stripe api", "Initiating retry"


@contextmanager
def interrupted(error, logged, after):
    """Raise an error out of a signal handler, so many seconds after stripe-python has logged something."""
    raised_in = []

    def handler(_number, frame):
        raised_in.extend(one.f_code.co_name for one, _ in traceback.walk_stack(frame))
        raise error

    class Alarm(logging.Handler):
        def emit(self, record):
            if logged in record.getMessage():
                signal.setitimer(signal.ITIMER_REAL, after)

    before, alarm, logger = signal.signal(signal.SIGALRM, handler), Alarm(), logging.getLogger("stripe")
    logger.addHandler(alarm)
    try:
        yield raised_in
    finally:
        logger.removeHandler(alarm)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def retrieve():
    client.retrieve("/v1/customers/{id}", {"id": "cus_1"}, Scope(livemode=False))


def holds_the_key(value, depth=6):
    """Whether the key stands in a value, or in what it consists of."""
    if isinstance(value, bytes | str):
        return KEY in (value if isinstance(value, str) else value.decode("latin-1"))
    if isinstance(value, dict):
        inside = [*value, *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inside = list(value)
    else:
        inside = list(getattr(value, "__dict__", {}).values())
    return depth > 0 and any(holds_the_key(one, depth - 1) for one in inside)


def frames(error):
    """Every frame that an error and those that led to it went through, but for those of this test."""
    while error is not None:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if "/tests/" not in frame.f_code.co_filename:
                yield frame
        error = error.__cause__ or error.__context__


def leaks(error):
    found = [frame.f_code.co_name for frame in frames(error) if holds_the_key(frame.f_locals)]
    words = "".join(traceback.format_exception(error))
    return found + ["the words"] * (KEY in words)


@pytest.fixture(params=[KeyboardInterrupt, SystemExit, Timeout, MemoryError, SoftTimeLimitExceeded, OSError])
def error(request):
    return request.param("enough")


def test_an_error_between_two_retries_is_raised_without_the_frames_in_which_the_key_stands(error, stripe):
    with (
        stripe.answering(500, retry=True),
        interrupted(error, SLEEPING, 0.1) as raised_in,
        pytest.raises(type(error)) as raised,
    ):
        retrieve()

    assert raised.value is error
    assert raised_in[0] == "_request_with_retries_internal"
    assert leaks(error) == []
    assert any("raised during a request to Stripe" in note for note in error.__notes__)


def test_an_error_during_a_slow_answer_leaves_no_frame_either(error, stripe):
    """Ordinary exceptions are caught by stripe-python itself, which says that Stripe did not answer."""
    expected = StripeUnreachable if isinstance(error, Exception) else type(error)

    with (
        client.no_retries(),
        stripe.answering(delay=0.8),
        interrupted(error, ASKING, 0.3) as raised_in,
        pytest.raises(expected) as raised,
    ):
        retrieve()

    assert "_request_internal" in raised_in
    assert leaks(raised.value) == []


def test_what_was_being_handled_before_is_still_shown(stripe):
    with stripe.answering(500, retry=True), interrupted(Timeout(5), SLEEPING, 0.1), pytest.raises(Timeout) as raised:
        try:
            {}["what the caller was at"]
        except LookupError:
            retrieve()

    assert isinstance(raised.value.__context__, LookupError)
    assert not raised.value.__suppress_context__
    assert leaks(raised.value) == []


@pytest.mark.parametrize("status", [500, 401])
def test_the_account_of_the_key_is_asked_for_without_a_frame_that_shows_the_key(status, stripe):
    with stripe.answering(status), pytest.raises(StripeUnreachable) as raised:
        client.own_account(Scope(livemode=False))

    assert leaks(raised.value) == []


@pytest.mark.django_db
def test_event_failed_gets_no_frame_that_shows_the_key(stripe, post_event, connect):
    told = []
    connect(event_failed, lambda error, **kwargs: told.append(error))
    with stripe.answering(500):
        assert post_event(stripe.event("customer.created", build("customer"))).status_code == 503
    Event.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=1))

    with stripe.answering(500, retry=True), interrupted(SoftTimeLimitExceeded(), SLEEPING, 0.1) as raised_in:
        assert process_due() == {Outcome.RETRY: 1}

    assert raised_in[0] == "_request_with_retries_internal"
    assert [type(error.__cause__) for error in told] == [StripeUnreachable, SoftTimeLimitExceeded]
    assert [leaks(error) for error in told] == [[], []]


def test_the_search_finds_what_is_there():
    def holding(key):
        raise LookupError

    with pytest.raises(LookupError) as raised:
        holding({"Authorization": [f"Bearer {KEY}"]})

    assert [frame.f_code.co_name for frame, _ in traceback.walk_tb(raised.value.__traceback__)][-1] == "holding"
    assert holds_the_key({"x": [client.client_with(KEY, None, (1, 1), None, 0)]})
    assert not holds_the_key({"x": ["another"]})
