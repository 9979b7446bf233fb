"""Events and deliveries of an erased customer: whole until they end, blank from then on."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.utils import timezone

from pinax.stripe.exceptions import ConcurrentUpdate, UnreadableDelivery
from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.inbox.rejections import store_once, unreadable_json
from pinax.stripe.models import (
    Charge,
    Customer,
    Event,
    EventProcessingException,
    EventReplay,
    Mandate,
    PaymentMethod,
    PromotionCode,
    Refund,
    RejectedDelivery,
)
from pinax.stripe.operations.replay import Request, replay
from pinax.stripe.scope import Scope
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event
from pinax.stripe.sync.freshness import settle
from pinax.stripe.sync.snapshots import snapshot_of
from pinax.stripe.sync.write import write
from pinax.stripe.testing import build
from pinax.stripe.webhooks import registry
from tests.admin.rows import MODELS
from tests.inbox.listener import Listener

pytestmark = pytest.mark.django_db

CANARY = "Ada Canary"


def rows_with_the_canary():
    return [model.__name__ for model in MODELS if "Canary" in str(list(model._base_manager.values()))]


@pytest.fixture
def erased(stripe, post_event):
    """A customer that is erased already."""
    assert post_event(stripe.event("customer.created", build("customer", id="cus_1", name=CANARY))).status_code == 200
    call_command("stripe_prune", "--erase", "cus_1", "--yes")
    stripe.advance(10)


@pytest.fixture
def charged(stripe, erased):
    """A charge of the erased customer."""
    return stripe.event("charge.succeeded", build("charge", id="ch_1", customer="cus_1", description=CANARY))


@pytest.mark.django_db(transaction=True)
def test_receivers_and_what_they_leave_to_the_commit_get_the_whole_event(charged, post_event, connect):
    told = []

    def receiver(event, **kwargs):
        told.append(event.object["description"])
        transaction.on_commit(lambda: told.append(event.object["description"]))

    connect(any_event, receiver)
    assert post_event(charged).status_code == 200

    assert told == [CANARY, CANARY]
    assert rows_with_the_canary() == []
    kept = Event.objects.get(object_id="ch_1")
    assert (kept.processed, kept.pruned_at is not None, kept.message) == (True, True, None)


def test_an_event_that_only_leads_to_the_customer_is_blanked_too(charged, stripe, post_event):
    post_event(charged)
    refund = build("refund", id="re_1", charge="ch_1", description=CANARY)

    assert post_event(stripe.event("charge.refund.updated", refund)).status_code == 200

    assert rows_with_the_canary() == []
    assert Event.objects.get(object_id="re_1").customer is None


def test_one_whose_row_has_no_place_for_the_customer_is_blanked_too(stripe, post_event, erased):
    mandate = build("mandate", id="mandate_1", customer="cus_1", note=CANARY)

    assert post_event(stripe.event("mandate.updated", mandate)).status_code == 200

    assert Mandate.objects.get().stripe_id == "mandate_1"
    assert Event.objects.get(object_id="mandate_1").pruned_at


def test_one_whose_object_has_left_the_customer_is_blanked_too(stripe, post_event, erased):
    method = build("payment_method", id="pm_1", customer=None)
    body = stripe.event("payment_method.detached", method, previous_attributes={"customer": "cus_1"})

    assert post_event(body).status_code == 200

    assert Event.objects.get(object_id="pm_1").pruned_at


def test_one_that_waits_for_a_receiver_is_whole_until_that_has_succeeded(charged, post_event, connect):
    connect(any_event, Listener("late", failures=1))
    assert post_event(charged).status_code == 503
    assert Event.objects.get(object_id="ch_1").message == charged

    assert post_event(charged).status_code == 200

    assert rows_with_the_canary() == []
    assert [(kept.stage, kept.message) for kept in EventProcessingException.objects.all()] == [("receiver", "")]


def test_one_that_is_given_up_is_blanked_and_needs_nothing_more(charged, post_event, connect, settings):
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    connect(any_event, lambda **kwargs: 1 / 0)

    assert post_event(charged).status_code == 503

    kept = Event.objects.get(object_id="ch_1")
    assert (kept.pruned_at is not None, kept.given_up_at is not None, kept.processed) == (True, True, False)
    assert rows_with_the_canary() == []
    assert not Event.objects.given_up().exists()
    assert post_event(charged).status_code == 200
    assert "Canary" not in str(Event.objects.values())


@pytest.mark.parametrize("stage", ["fetch", "sync"])
def test_one_that_is_given_up_before_its_receivers_is_blanked_too(stage, charged, post_event, settings):
    class Broken(registry["charge.succeeded"]):
        def snapshot(self):
            return 1 / 0 if stage == "fetch" else super().snapshot()

        def sync(self, change):
            raise ValueError(CANARY)

    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    with registry.override(Broken):
        assert post_event(charged).status_code == 503

    assert rows_with_the_canary() == []
    assert EventProcessingException.objects.get().stage == stage


def test_one_whose_row_cannot_be_read_is_blanked_when_it_is_given_up(charged, stripe, post_event, settings):
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    with stripe.answering(status=500):
        post_event(charged)
    broken = {**charged, "created": CANARY}
    Event.objects.filter(object_id="ch_1").update(webhook_message=broken, next_attempt_at=timezone.now())

    with pytest.raises(CommandError, match="1 failed"):
        call_command("stripe_process")

    assert Event.objects.get(object_id="ch_1").given_up_at
    assert rows_with_the_canary() == []


def test_one_that_stripe_contradicts_is_blanked_and_so_is_what_was_rejected(charged, stripe, post_event):
    forged = {**charged, "id": "evt_made_up"}

    assert post_event(forged).status_code == 400

    assert Event.objects.get(stripe_id="evt_made_up").valid is False
    assert RejectedDelivery.objects.get().body == ""
    assert rows_with_the_canary() == []


def test_a_thin_one_that_stripe_contradicts_is_blanked_and_so_is_what_was_rejected(stripe, erased, post_event):
    genuine = stripe.thin_event("v1.customer.updated", build("customer", id="cus_1"))
    forged = {**genuine, "id": "evt_made_up", "changes": {"before": {"name": CANARY}}}

    assert post_event(forged).status_code == 400

    assert Event.objects.get(stripe_id="evt_made_up").valid is False
    assert rows_with_the_canary() == []


def test_what_was_answered_is_blanked_with_an_event_that_is_never_confirmed(stripe, charged, post_event, settings):
    with stripe.answering(status=500):
        post_event(charged)
    Event.objects.filter(object_id="ch_1").update(answer={"metadata": {"name": CANARY}})
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["charge.*"]

    assert post_event(charged).status_code == 200

    assert Event.objects.get(object_id="ch_1").skipped
    assert rows_with_the_canary() == []


def test_a_genuine_delivery_still_wins_over_a_blanked_one(charged, stripe, post_event, heard):
    forged = {**charged, "type": "charge.failed"}
    assert [post_event(forged).status_code for _ in range(2)] == [400, 400]

    assert post_event(charged).status_code == 200

    kept = Event.objects.get(object_id="ch_1")
    assert (kept.valid, kept.processed, kept.kind, kept.deliveries) == (True, True, "charge.succeeded", 3)
    assert {call.event.object["description"] for call in heard} == {CANARY}
    assert rows_with_the_canary() == []


def test_a_skipped_one_is_blanked_and_processed_once_it_is_wanted(charged, stripe, post_event, settings, heard):
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["charge.*"]
    for _ in range(2):
        assert post_event(charged).status_code == 200
        kept = Event.objects.get(object_id="ch_1")
        assert (kept.skipped, kept.pruned_at is not None, "Canary" in str(vars(kept))) == (True, True, False)

    settings.PINAX_STRIPE_IGNORED_EVENTS = []
    with stripe.answering(status=500):
        assert post_event(charged).status_code == 503
    waiting = Event.objects.get(object_id="ch_1")
    assert (waiting.webhook_message, waiting.pruned_at) == (charged, None)
    assert post_event(charged).status_code == 200

    assert Event.objects.get(object_id="ch_1").processed
    assert [call.signal for call in heard] == ["charge.succeeded", "*"]
    assert rows_with_the_canary() == []


class Meanwhile(DefaultHookSet):
    """Another delivery of the event is found to be invalid, and blanked, each time that Stripe has been asked."""

    def redact(self, message):
        Event.objects.filter(processed=False).update(webhook_message={}, valid=False, pruned_at=timezone.now())
        return message


def test_one_that_is_blanked_while_it_is_confirmed_is_blanked_again_when_it_ends(charged, post_event, settings, heard):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Meanwhile"

    assert post_event(charged).status_code == 200

    assert {call.event.object["description"] for call in heard} == {CANARY}
    assert Event.objects.get(object_id="ch_1").processed
    assert rows_with_the_canary() == []


@pytest.mark.parametrize(
    "sent",
    [lambda raw: raw, base64.b64encode, lambda raw: raw.replace(b'"created"', b'"made"')],
    ids=["as it is", "base64", "no event"],
)
def test_a_delivery_whose_signature_is_rejected_is_stored_without_its_body(sent, charged, post_event, sign, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_ours"]
    raw = json.dumps(charged).encode()

    assert post_event(sent(raw), **sign(raw, "whsec_theirs")).status_code == 400

    assert RejectedDelivery.objects.get().body == ""


def test_a_contradiction_of_a_processed_event_is_stored_without_its_body(charged, post_event):
    post_event(charged)

    assert post_event({**charged, "livemode": True}).status_code == 400

    assert RejectedDelivery.objects.get().body == ""


def test_the_reason_of_a_replay_is_blanked_with_its_event(charged, post_event, connect):
    connect(any_event, Listener("late", failures=1))
    post_event(charged)

    replay(Event.objects.get(object_id="ch_1").pk, Request(by="Grace", reason=f"{CANARY} has called"))

    kept = EventReplay.objects.get()
    assert (kept.requested_by, kept.reason, kept.outcome) == ("Grace", "", "processed")
    assert rows_with_the_canary() == []


def test_events_of_others_stay_whole(stripe, post_event, erased):
    body = stripe.event("charge.succeeded", build("charge", id="ch_2", customer="cus_2", description="Grace's"))

    assert post_event(body).status_code == 200

    assert Event.objects.get(object_id="ch_2").message == body
    assert Charge.objects.get().description == "Grace's"


def test_an_erased_customer_cannot_be_learned_from_the_answers(charged, stripe, post_event):
    other = stripe.event("charge.succeeded", build("charge", customer="cus_2"))

    answers = [post_event({**body, "id": "evt_made_up_1"}) for body in (charged, other)]

    assert len({(answer.status_code, answer.content) for answer in answers}) == 1


def test_a_stub_that_is_erased_while_an_event_fills_it_stays_erased(stripe, post_event):
    post_event(stripe.event("charge.succeeded", build("charge", id="ch_1", customer="cus_1")))
    filled = build("customer", id="cus_1", name=CANARY, balance=5)
    snapshot = snapshot_of(filled, Scope(livemode=False), as_of=timezone.now())
    change = settle(snapshot)
    call_command("stripe_prune", "--erase", "cus_1", "--yes")

    with pytest.raises(ConcurrentUpdate):
        write(change)
    write(settle(snapshot))

    customer = Customer.objects.get()
    assert (customer.name, customer.balance, customer.erased_at is not None) == ("", 5, True)
    assert rows_with_the_canary() == []


@pytest.mark.parametrize("known", [False, True], ids=["a new object", "an object that names the customer now"])
def test_an_object_of_a_customer_who_is_erased_before_it_is_written_is_erased(known, stripe, post_event):
    post_event(stripe.event("customer.created", build("customer", id="cus_1")))
    if known:
        post_event(stripe.event("charge.pending", build("charge", id="ch_1", customer=None)))
    charge = build("charge", id="ch_1", customer="cus_1", receipt_email=CANARY, description=CANARY)
    snapshot = snapshot_of(charge, Scope(livemode=False), as_of=timezone.now())
    change = settle(snapshot)
    call_command("stripe_prune", "--erase", "cus_1", "--yes")

    write(change)

    row = Charge.objects.get()
    assert (row.receipt_email, row.description, row.erased_at is not None) == ("", "", True)
    assert rows_with_the_canary() == []


def test_an_erased_child_is_not_brought_back_by_its_parent(stripe, post_event):
    charge = build("charge", id="ch_1", customer=None)
    refund = build("refund", id="re_1", charge="ch_1", description=CANARY)
    post_event(stripe.event("charge.refund.updated", refund))
    Refund.objects.update(erased_at=timezone.now(), description="", data={})
    stripe.advance(10)
    inside = {"object": "list", "data": [{**refund, "status": "failed"}], "has_more": False}

    assert post_event(stripe.event("charge.refunded", {**charge, "refunds": inside})).status_code == 200

    kept = Refund.objects.get()
    assert (kept.status, kept.description, kept.erased_at is not None) == ("failed", "", True)
    assert "Canary" not in str(kept.data)


def test_what_is_shared_is_not_erased_by_what_it_stands_in(stripe, post_event, erased):
    code = build("promotion_code", id="promo_1", code="SPRING", customer=None)
    discount = build("discount", id="di_1", customer="cus_1", promotion_code=code)

    assert post_event(stripe.event("customer.discount.created", discount)).status_code == 200

    kept = PromotionCode.objects.get()
    assert (kept.code, kept.erased_at) == ("SPRING", None)


def test_a_customer_is_not_erased_because_it_points_at_an_erased_row(stripe, post_event, erased):
    post_event(stripe.event("payment_method.attached", build("payment_method", id="pm_1", customer="cus_1")))
    assert PaymentMethod.objects.get().erased_at
    other = build("customer", id="cus_2", name="Grace", invoice_settings={"default_payment_method": "pm_1"})

    assert post_event(stripe.event("customer.updated", other)).status_code == 200

    assert Customer.objects.get(stripe_id="cus_2").name == "Grace"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connections['default'].vendor == 'sqlite'", reason="SQLite has one writer")
def test_what_is_being_written_when_the_customer_is_marked_is_waited_for(stripe, post_event, connect):
    post_event(stripe.event("customer.created", build("customer", id="cus_1", name=CANARY)))
    stripe.advance(10)
    written, go_on = threading.Event(), threading.Event()

    def receiver(**kwargs):
        written.set()
        assert go_on.wait(20)

    connect(WEBHOOK_SIGNALS["charge.succeeded"], receiver)
    body = stripe.event("charge.succeeded", build("charge", id="ch_1", customer="cus_1", description=CANARY))

    def closing(job, *args):
        try:
            return job(*args)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        delivery = threads.submit(closing, post_event, body)
        assert written.wait(20)
        erasing = threads.submit(closing, call_command, "stripe_prune", "--erase", "cus_1", "--yes")
        # On MariaDB the mark waits itself: who inserts a charge holds a lock on the row of its customer.
        for _ in range(20):
            if Customer.objects.filter(erased_at__isnull=False).exists():
                break
            assert not erasing.done()
            threading.Event().wait(0.1)
        threading.Event().wait(1)
        waits = not erasing.done()
        go_on.set()
        assert delivery.result().status_code == 200
        erasing.result()

    assert waits
    assert rows_with_the_canary() == []
    assert not Customer.objects.get().erasure_unfinished


def test_what_stripe_lists_again_and_again_does_not_bring_an_erased_body_back(stripe, erased):
    unreadable = {"id": "evt_1", "object": "event", "data": {"object": {"customer": "cus_1", "note": CANARY}}}
    text = {**unreadable, "data": CANARY}
    for listed in (unreadable, text):
        store_once(unreadable_json(listed, "listed by Stripe", UnreadableDelivery("no date")))
    RejectedDelivery.objects.update(body="")

    for listed in (unreadable, text):
        store_once(unreadable_json(listed, "listed by Stripe", UnreadableDelivery("no date")))

    assert list(RejectedDelivery.objects.values_list("body", flat=True)) == ["", ""]
