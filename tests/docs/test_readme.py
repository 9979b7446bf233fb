"""The README's table of what happens to each kind of delivery, row by row."""

import re
from pathlib import Path

import pytest

from pinax.stripe.models import Event, RejectedDelivery
from pinax.stripe.operations.health import Limits, alerts, status
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build
from pinax.stripe.views import webhook

pytestmark = pytest.mark.django_db

ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| (depends on the outcome|\d{3}) \|$", re.MULTILINE)
TABLE = {row[0]: row[1:] for row in ROW.findall((Path(__file__).parents[2] / "README.md").read_text("utf-8"))}


@pytest.fixture
def happens(stripe):
    """Let a customer be created, or something else happen to one."""

    def happens(kind="customer.created", **said):
        return stripe.event(kind, build("customer", id="cus_1"), **said)

    return happens


@pytest.fixture
def breaks(connect, heard):
    """A receiver that raises, until it is told otherwise; then it is heard as well."""
    broken = [True]

    def receiver(**kwargs):
        if broken:
            raise ValueError("out of stock")
        heard.append("in stock")

    connect(any_event, receiver)
    return broken


def an_event_of_stripes(post_event, happens):
    return post_event(happens())


def a_type_that_the_app_does_not_know(post_event, happens):
    return post_event(happens("customer.levitated"))


def again_after_it_is_done(post_event, happens, heard):
    body = happens()
    post_event(body)
    heard.clear()
    return post_event(body)


def again_before_it_is_done(post_event, happens, heard, breaks):
    body = happens()
    post_event(body)
    breaks.clear()
    heard.clear()
    return post_event(body)


def stripe_cannot_be_asked(post_event, happens, stripe):
    with stripe.answering(500):
        return post_event(happens())


def more_than_the_budget(post_event, happens, settings):
    settings.PINAX_STRIPE_VALIDATION_BUDGET = 0
    return post_event(happens())


def a_receiver_raises(post_event, happens, breaks, heard):
    return post_event(happens())


def a_type_that_is_switched_off(post_event, happens, settings):
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["customer.*"]
    return post_event(happens())


def a_mode_without_a_key(post_event, happens, settings):
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None
    return post_event(happens())


def invented(post_event, happens):
    return post_event({**happens(), "id": "evt_invented"})


def another_content(post_event, happens):
    return post_event({**happens(), "data": {"object": build("customer", id="cus_2")}})


def another_content_under_a_known_id(post_event, happens, heard):
    body = happens()
    post_event(body)
    heard.clear()
    return post_event({**body, "data": {"object": build("customer", id="cus_2")}})


def no_matching_signature(post_event, happens, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    return post_event(happens(), stripe_signature="t=1,v1=00")


def no_event(post_event):
    return post_event({"object": "customer"})


def no_event_signed(post_event, settings, sign):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    return post_event(b"[]", **sign(b"[]", "whsec_ours"))


def a_thin_event(post_event, stripe):
    return post_event(stripe.thin_event("v1.customer.created", stripe.put(build("customer"))))


def its_other_form(post_event, happens, stripe, heard):
    snapshot = happens()
    post_event(snapshot)
    heard.clear()
    return post_event(stripe.thin(snapshot))


def too_many_bytes(post_event, settings):
    settings.PINAX_STRIPE_MAX_BODY_BYTES = 10
    return post_event("x" * 11)


def chunks_without_an_end(rf):
    # As wsgiref has them: no length, and no word of the server's that it ends what is read.
    request = rf.post("/stripe/webhook/", "{}", "application/json", headers={"Transfer-Encoding": "chunked"})
    del request.environ["CONTENT_LENGTH"]
    return webhook(request)


def another_method(client):
    return client.get("/stripe/webhook/")


SCENES = {
    "a genuine event": an_event_of_stripes,
    "an event of an unknown type": a_type_that_the_app_does_not_know,
    "a thin event": a_thin_event,
    "an event again, after it is processed": again_after_it_is_done,
    "a processed event in its other form, thin or snapshot": its_other_form,
    "an event again, before it is processed": again_before_it_is_done,
    "an event while Stripe's API is unreachable": stripe_cannot_be_asked,
    "an unsigned event, over the rate limit of unsigned ones": more_than_the_budget,
    "an event for which a receiver raises an error": a_receiver_raises,
    "an event of a type that is switched off": a_type_that_is_switched_off,
    "an event of a mode without a key": a_mode_without_a_key,
    "an event that does not exist at Stripe": invented,
    "an existing event with different content": another_content,
    "different content with the id of a confirmed event": another_content_under_a_known_id,
    "no matching signature, if secrets are set": no_matching_signature,
    "something that is not an event": no_event,
    "something that is not an event, signed by a webhook secret": no_event_signed,
    "a body over the size limit": too_many_bytes,
    "a chunked body, if the WSGI server does not mark its end": chunks_without_an_end,
    "a method other than POST": another_method,
}


def kept():
    """Return what is kept, in the words of the table."""
    event = Event.objects.first()
    words = []
    if event:
        words.append("event")
        if event.skipped:
            words.append("skipped")
        elif event.deliveries > 1:
            words.append("one more delivery")
        elif not event.exceptions.exists():
            words += ["valid" if event.valid else "not valid", *(["processed"] if event.processed else [])]
        else:
            words += ["valid", "not processed"] if event.valid else ["not yet valid"]
            words[-1] += ", and the error"
    if RejectedDelivery.objects.exists():
        if not event:
            alarming = ", and an error in `stripe_status`" if alerts(status(), Limits()) else ""
            return f"a rejected delivery{alarming}"
        if event.valid:
            return "a rejected delivery; the event is unchanged"
        words[-1] += ", and a rejected delivery"
    return ", ".join(words)


def test_the_table_has_a_row_for_each_scene_and_nothing_else():
    assert list(TABLE) == list(SCENES)


@pytest.mark.parametrize("delivery", SCENES)
def test_a_delivery_is_kept_acted_on_and_answered_as_the_readme_says(delivery, request, caplog, heard):
    kept_as, acted_on, answer = TABLE[delivery]
    scene = SCENES[delivery]
    facts = scene.__code__.co_varnames[: scene.__code__.co_argcount]

    response = scene(*(request.getfixturevalue(fact) for fact in facts))

    assert str(response.status_code) == answer.replace("depends on the outcome", "200")
    assert bool(heard) is acted_on.startswith("yes")
    logged = "a line in the log" if "a delivery" in caplog.text else "nothing"
    assert (kept() or logged) == kept_as
