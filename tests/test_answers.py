"""Questions of Stripe's: the answer is in the response to the delivery."""

import json
import threading

import pytest
from django.core.management import call_command
from django.utils import timezone

from pinax.stripe import answers as answering
from pinax.stripe.answers import answers
from pinax.stripe.client import api_version
from pinax.stripe.exceptions import ReceiverClash, UnknownEventType
from pinax.stripe.models import Event, OtherObject
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = "issuing_authorization.request"
SECRET = "whsec_of_the_endpoint"
NO = {"approved": False}


@pytest.fixture(autouse=True)
def forget():
    with answering.override():
        yield


@pytest.fixture(params=["retrieve", "signature"])
def ask(request, stripe, settings, post_event, sign):
    """Ask whether to approve a purchase; returns the response."""
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PINAX_STRIPE_VALIDATION = request.param

    def ask(body, **headers):
        raw = json.dumps(body).encode()
        return post_event(raw, **(headers or sign(raw, SECRET)))

    return ask


@pytest.fixture
def purchase(stripe):
    return stripe.event(QUESTION, build("issuing.authorization", id="iauth_1", pending_request={"amount": 900}))


def test_the_answer_is_in_the_response_and_the_event_is_processed_afterwards(stripe, ask, purchase, heard):
    @answers(QUESTION, default=NO)
    def approve(data, event, **kwargs):
        return {"approved": data["pending_request"]["amount"] <= 1000, "metadata": {"event": event.stripe_id}}

    response = ask(purchase)

    assert (response.status_code, response.json()) == (200, {"approved": True, "metadata": {"event": purchase["id"]}})
    assert response["Stripe-Version"] == api_version()
    assert response["Content-Type"] == "application/json"
    event = Event.objects.get()
    assert (event.answer, event.processed, heard, stripe.requests) == (response.json(), False, [], [])
    call_command("stripe_process")
    event.refresh_from_db()
    assert (event.processed, event.answer) == (True, response.json())
    assert [call.signal for call in heard] == [QUESTION, "*"]
    assert OtherObject.objects.get().stripe_id == "iauth_1"


def test_a_question_that_is_asked_again_gets_the_same_answer(ask, purchase):
    times = []

    @answers(QUESTION, default=NO)
    def approve(data, event, **kwargs):
        times.append(event.stripe_id)
        return {"approved": len(times) == 1}

    first = ask(purchase).json()
    call_command("stripe_process")

    assert [ask(purchase).json() for _ in range(2)] == [first] * 2 == [{"approved": True}] * 2
    assert times == [purchase["id"]]
    assert Event.objects.get().deliveries == 3


@pytest.mark.parametrize(
    "given",
    [None, [], "yes", {"approved": object()}, {"amount": float("nan")}],
    ids=["none", "list", "text", "not JSON", "no number"],
)
def test_what_is_no_answer_is_replaced_by_the_default(given, ask, purchase, caplog):
    answers(QUESTION, default=NO)(lambda data, event, **kwargs: given)

    assert ask(purchase).json() == NO
    assert "so the default is sent" in caplog.text


def test_an_error_is_logged_and_the_default_is_sent(ask, purchase, caplog):
    @answers(QUESTION, default=NO)
    def approve(data, event, **kwargs):
        raise RuntimeError("no ledger")

    assert ask(purchase).json() == Event.objects.get().answer == NO
    assert "no ledger" in caplog.text


def test_a_late_answer_is_not_waited_for(ask, purchase, caplog):
    late = threading.Event()
    answers(QUESTION, default=NO, within=0.05)(lambda data, event, **kwargs: late.wait(30) or {"approved": True})

    assert ask(purchase).json() == NO
    assert "no answer within 0.05 seconds" in caplog.text
    late.set()


def test_a_function_that_changes_what_it_is_given_changes_nothing_else(ask, purchase):
    @answers(QUESTION, default=NO)
    def approve(data, event, **kwargs):
        data.clear()
        return {"approved": True}

    ask(purchase)

    assert Event.objects.get().webhook_message == purchase


def test_an_unsigned_question_gets_no_answer(ask, purchase, settings, post_event):
    answers(QUESTION, default=NO)(lambda data, event, **kwargs: {"approved": True})

    assert ask(purchase, **{"Stripe-Signature": "t=1,v1=00"}).status_code == 400
    assert Event.objects.count() == 0
    settings.PINAX_STRIPE_WEBHOOK_SECRETS, settings.PINAX_STRIPE_VALIDATION = [], "retrieve"
    assert post_event(purchase).content == b"received\n"
    assert Event.objects.get().answer is None


def test_a_body_that_somebody_posted_before_does_not_take_the_place_of_the_signed_one(
    ask, purchase, settings, post_event, stripe, heard
):
    """A forged delivery, which could not be verified yet, has the row."""
    answers(QUESTION, default=NO)(lambda data, event, **kwargs: {"approved": True})
    secrets, validation = settings.PINAX_STRIPE_WEBHOOK_SECRETS, settings.PINAX_STRIPE_VALIDATION
    settings.PINAX_STRIPE_WEBHOOK_SECRETS, settings.PINAX_STRIPE_VALIDATION = [], "retrieve"
    with stripe.answering(500):
        assert post_event({**purchase, "data": {"object": {"object": "issuing.authorization"}}}).status_code == 503
    settings.PINAX_STRIPE_WEBHOOK_SECRETS, settings.PINAX_STRIPE_VALIDATION = secrets, validation

    assert ask(purchase).json() == {"approved": True}

    Event.objects.update(next_attempt_at=timezone.now())
    call_command("stripe_process")
    event = Event.objects.get()
    assert (event.processed, event.signed, event.message) == (True, True, purchase)


def test_another_event_is_answered_as_before(stripe, ask):
    answers(QUESTION, default=NO)(lambda data, event, **kwargs: {"approved": True})

    assert ask(stripe.event("customer.created", build("customer"))).content == b"received\n"


def test_only_one_function_answers_a_type():
    def one(data, event, **kwargs):
        return NO

    answers(QUESTION, default=NO)(one)
    answers(QUESTION, default=NO)(one)

    with pytest.raises(ReceiverClash, match="only one function can"):
        answers(QUESTION, default=NO)(lambda data, event, **kwargs: NO)


def test_mistakes_are_named():
    with pytest.raises(UnknownEventType, match=QUESTION.replace(".", r"\.")):
        answers("issuing_authorization.reqest", default=NO)
    with pytest.raises(TypeError, match="default"):
        answers(QUESTION, default=None)


def test_a_question_that_is_asked_again_after_pruning_is_answered_and_stored_nowhere(ask, purchase):
    @answers(QUESTION, default=NO)
    def approve(data, event, **kwargs):
        return {"approved": True}

    ask(purchase)
    call_command("stripe_process")
    Event.objects.all().blank(timezone.now())

    assert ask(purchase).json() == {"approved": True}
    assert Event.objects.get().answer is None
