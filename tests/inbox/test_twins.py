"""A snapshot event and a thin event of the same occurrence are one event, which fires once."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from pinax.stripe.dispatch import Outcome
from pinax.stripe.inbox.processing import process_event
from pinax.stripe.models import Charge, Event, EventProcessingException, RejectedDelivery
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

SECRET = "whsec_of_the_endpoint"
TIMES = 10


@pytest.fixture(params=["unsigned", "signed", "by signature"])
def post(request, settings, post_event, sign):
    if request.param == "unsigned":
        return post_event
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PINAX_STRIPE_VALIDATION = "signature" if request.param == "by signature" else "retrieve"

    def post(body):
        raw = json.dumps(body).encode()
        return post_event(raw, **sign(raw, SECRET))

    return post


@pytest.fixture
def twins(stripe):
    """A snapshot event and its thin event, as they are delivered."""
    snapshot = stripe.event("charge.succeeded", build("charge", id="ch_1", amount=4200))
    return snapshot, stripe.thin(snapshot)


def ids():
    return list(Event.objects.values_list("stripe_id", "thin_id", "valid", "processed"))


@pytest.mark.parametrize("order", sorted(set(permutations("STST"))), ids="".join)
def test_twins_are_one_event_in_any_order_and_repetition(order, twins, post, heard):
    snapshot, thin = twins
    bodies = {"S": snapshot, "T": thin}

    assert [post(bodies[which]).status_code for which in order] == [200] * 4
    assert ids() == [(snapshot["id"], thin["id"], True, True)]
    assert [call.signal for call in heard] == ["charge.succeeded", "*"]
    assert (Event.objects.get().deliveries, Charge.objects.get().amount) == (4, 4200)
    assert RejectedDelivery.objects.count() == 0


@pytest.mark.parametrize("names_its_twin", [True, False])
def test_a_thin_event_that_does_not_name_its_twin_is_asked_for_it(names_its_twin, twins, post, heard):
    snapshot, thin = twins
    if not names_its_twin:
        del thin["snapshot_event"]

    assert [post(body).status_code for body in (thin, snapshot, thin)] == [200] * 3
    assert ids() == [(snapshot["id"], thin["id"], True, True)]
    assert [call.signal for call in heard] == ["charge.succeeded", "*"]


@pytest.mark.parametrize("first", ["snapshot", "thin"])
def test_a_twin_takes_over_what_could_not_be_verified(first, stripe, twins, post_event, heard):
    known, other = twins if first == "snapshot" else twins[::-1]
    with stripe.answering(500, path="*/events/*"):
        assert post_event(known).status_code == 503

    assert post_event(other).status_code == 200
    assert [call.signal for call in heard] == ["charge.succeeded", "*"]
    assert post_event(known).status_code == 200
    assert ids() == [(twins[0]["id"], twins[1]["id"], True, True)]
    assert [call.signal for call in heard] == ["charge.succeeded", "*"]
    # The errors of the first attempt are shown with the event.
    assert EventProcessingException.objects.filter(event=Event.objects.get()).count() == 1


def test_stripe_process_joins_a_thin_event_that_was_left_waiting(stripe, twins, post_event, heard):
    snapshot, thin = twins
    with stripe.answering(500, path="/v2/core/events/*"):
        assert post_event(thin).status_code == 503
    assert post_event(snapshot).status_code == 200
    assert Event.objects.count() == 2
    Event.objects.filter(processed=False).update(next_attempt_at="2020-01-01T00:00:00Z")

    call_command("stripe_process")

    assert ids() == [(snapshot["id"], thin["id"], True, True)]
    assert [call.signal for call in heard] == ["charge.succeeded", "*"]


def test_a_worker_that_read_a_thin_event_before_it_was_joined_does_not_rename_it(stripe, twins, post_event, heard):
    snapshot, thin = twins
    with stripe.answering(500, path="*/events/*"):
        post_event(thin)
        read_before = Event.objects.get()
    post_event(thin)
    with stripe.answering(500, path="*/events/*"):
        assert process_event(read_before) is Outcome.RETRY

    assert ids() == [(snapshot["id"], thin["id"], True, True)]
    assert post_event(snapshot).status_code == 200
    assert [call.signal for call in heard] == ["charge.succeeded", "*"]


def test_all_deliveries_of_joined_twins_are_counted(stripe, twins, post_event):
    snapshot, thin = twins
    with stripe.answering(500, path="/v2/core/events/*"):
        assert [post_event(thin).status_code for _ in range(2)] == [503, 503]

    assert [post_event(body).status_code for body in (snapshot, thin)] == [200, 200]
    assert Event.objects.get().deliveries == 4


def test_a_thin_event_is_joined_with_a_forged_snapshot_that_is_blanked(twins, post_event):
    snapshot, thin = twins
    assert post_event({**snapshot, "type": "charge.refunded"}).status_code == 400
    Event.objects.all().blank(timezone.now())

    assert post_event(thin).status_code == 200
    assert ids() == [(snapshot["id"], thin["id"], True, True)]
    assert EventProcessingException.objects.count() == 0


def test_a_forged_snapshot_does_not_invalidate_its_signed_twin(stripe, twins, post_event, sign, settings):
    snapshot, thin = twins
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    raw = json.dumps(thin).encode()
    with stripe.answering(500, path="*/events/*"):
        assert post_event(raw, **sign(raw, SECRET)).status_code == 503
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = []
    forged = {**snapshot, "data": {"object": {**snapshot["data"]["object"], "amount": 1}}}

    assert post_event(forged).status_code == 400

    event = Event.objects.get()
    assert (event.valid, event.next_attempt_at is not None) == (None, True)
    assert process_event(event) is Outcome.PROCESSED


def test_an_unsigned_claim_about_a_twin_touches_nobodys_row(stripe, twins, post_event, heard):
    snapshot, _ = twins
    post_event(snapshot)
    before = Event.objects.values().get(stripe_id=snapshot["id"])
    heard.clear()
    other = stripe.event("charge.succeeded", build("charge"), id="evt_other")
    forged = {**stripe.thin(other), "id": "evt_forged", "snapshot_event": snapshot["id"]}

    assert post_event(forged).status_code == 400
    assert Event.objects.values().get(stripe_id=snapshot["id"]) == before
    assert heard == []


def test_a_genuine_thin_event_with_a_forged_twin_is_joined_with_its_own(stripe, twins, post_event, heard):
    snapshot, thin = twins
    other = stripe.event("charge.refunded", build("charge"), id="evt_other")
    post_event(other)
    heard.clear()

    assert post_event({**thin, "snapshot_event": "evt_other"}).status_code == 200
    assert sorted(ids()) == sorted(
        [(snapshot["id"], thin["id"], True, True), ("evt_other", None, True, True)], key=lambda row: row[0]
    )


def test_a_genuine_thin_event_wins_over_a_forged_snapshot_of_its_twin(stripe, twins, post_event, heard):
    snapshot, thin = twins
    forged = {**snapshot, "data": {"object": {**snapshot["data"]["object"], "id": "ch_forged", "amount": 1}}}
    with stripe.answering(500, path="/v1/events/*"):
        assert post_event(forged).status_code == 503

    assert post_event(thin).status_code == 200
    assert ids() == [(snapshot["id"], thin["id"], True, True)]
    assert Charge.objects.get().amount == 4200
    assert RejectedDelivery.objects.get().stripe_id == snapshot["id"]


def test_a_genuine_snapshot_wins_over_a_forged_thin_event_of_its_id(twins, post_event, heard):
    snapshot, thin = twins
    forged = {**thin, "id": snapshot["id"]}

    assert post_event(forged).status_code == 400
    assert Event.objects.get().valid is False
    assert post_event(snapshot).status_code == 200
    assert ids() == [(snapshot["id"], None, True, True)]
    assert post_event(thin).status_code == 200
    assert ids() == [(snapshot["id"], thin["id"], True, True)]
    assert [call.signal for call in heard] == ["charge.succeeded", "*"]


def test_a_genuine_thin_event_wins_over_a_forged_snapshot_of_its_id(twins, post_event, heard):
    snapshot, thin = twins

    assert post_event({**snapshot, "id": thin["id"]}).status_code == 400
    assert post_event(thin).status_code == 200
    assert ids() == [(snapshot["id"], thin["id"], True, True)]
    assert [call.signal for call in heard] == ["charge.succeeded", "*"]


def test_a_twin_that_contradicts_the_event_is_rejected(twins, post_event):
    snapshot, thin = twins
    post_event(thin)
    forged = {**snapshot, "type": "charge.refunded"}

    assert post_event(forged).status_code == 400
    assert ids() == [(snapshot["id"], thin["id"], True, True)]


@pytest.mark.parametrize("first", ["snapshot", "thin"])
@pytest.mark.parametrize(
    ("event_type", "carried", "referenced"),
    [
        ("charge.succeeded", {"object": "charge", "id": "ch_1"}, {"type": "charge", "id": "ch_1"}),
        ("brand.new.happened", {"object": "charge", "id": "ch_1"}, {"type": "charge", "id": "ch_1"}),
        ("billing.alert.triggered", {"object": "billing.alert_triggered"}, {"type": "billing.alert", "id": "alrt_1"}),
    ],
)
def test_twins_whose_messages_are_blanked_are_still_duplicates(
    event_type, carried, referenced, first, stripe, post_event
):
    object_type, *_ = carried.values()
    snapshot = stripe.event(event_type, build(object_type, **carried))
    thin = {**stripe.thin(snapshot), "related_object": {**referenced, "url": "/v1/things/1"}}
    stripe.put(thin)
    bodies = [snapshot, thin] if first == "snapshot" else [thin, snapshot]
    assert [post_event(body).status_code for body in bodies] == [200, 200]
    Event.objects.all().blank(timezone.now())

    assert [post_event(body).status_code for body in bodies] == [200, 200]
    assert post_event({**thin, "type": "v1.charge.forged"}).status_code == 400
    assert Event.objects.get().deliveries == 4


@pytest.mark.parametrize("named_by", ["snapshot", "thin"])
@pytest.mark.parametrize("event_type", ["charge.succeeded", "brand.new.happened"])
def test_a_replay_knows_the_event_by_both_ids(event_type, named_by, stripe, post_event, heard):
    snapshot = stripe.event(event_type, build("charge", id="ch_1"))
    thin = stripe.thin(snapshot)
    post_event(thin)
    heard.clear()
    which = snapshot if named_by == "snapshot" else thin

    call_command("stripe_replay", which["id"], "--again", "--yes", reason="once more")

    assert [call.signal for call in heard if call.signal == "*"] == ["*"]
    assert Event.objects.get().processed


@pytest.mark.django_db(transaction=True)
def test_twins_that_arrive_at_the_same_moment_are_one_event(twins, post, connect):
    calls = []
    connect(any_event, lambda event, **kwargs: calls.append(event.stripe_id))
    bodies = [*twins] * TIMES
    together = threading.Barrier(len(bodies))

    def deliver(body):
        try:
            together.wait()
            return post(body).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(bodies)) as threads:
        statuses = list(threads.map(deliver, bodies))
    again = [post(body).status_code for body in twins]  # as Stripe does after a 503

    assert set(statuses) <= {200, 503}
    assert again == [200, 200]
    assert calls == [twins[0]["id"]]
    assert ids() == [(twins[0]["id"], twins[1]["id"], True, True)]
    assert EventProcessingException.objects.count() == 0
