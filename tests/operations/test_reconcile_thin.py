"""A sweep of Stripe's list of thin events."""

import pytest

from pinax.stripe.models import Charge, Event, Reconciliation, Subscription
from pinax.stripe.scope import Scope
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

TEST = Scope("", livemode=False)


@pytest.fixture
def calls(connect):
    """The types that were heard by a receiver of two types: one is sent in both forms, one as a thin event only."""
    found = []
    for kind in ("charge.updated", "v1.customer.subscription.past_due"):
        connect(WEBHOOK_SIGNALS[kind], lambda event, **kwargs: found.append(event.kind), dispatch_uid=f"ears.{kind}")
    return found


def numbers(stats):
    return stats.at_stripe, stats.counts["here"], stats.counts["recovered"], stats.failed


def test_missed_twins_are_one_event_and_fire_once(stripe, sweep, calls):
    snapshot = stripe.event("charge.updated", build("charge", amount=7))
    stripe.thin(snapshot)

    assert numbers(sweep()) == (1, 0, 1, 0)
    assert numbers(sweep()) == (1, 1, 0, 0)
    assert calls == ["charge.updated"]
    assert (Event.objects.get().stripe_id, Charge.objects.get().amount) == (snapshot["id"], 7)


def test_a_missed_event_that_is_only_thin_is_recovered(stripe, sweep, calls):
    subscription = stripe.put(build("subscription", status="past_due"))
    bodies = [stripe.thin_event("v1.customer.subscription.past_due", subscription) for _ in range(120)]

    assert numbers(sweep()) == (120, 0, 120, 0)
    assert numbers(sweep()) == (0, 0, 0, 0)
    assert calls == ["v1.customer.subscription.past_due"] * 120
    assert sorted(Event.objects.values_list("thin_id", flat=True)) == sorted(body["id"] for body in bodies)
    assert Subscription.objects.get().status == "past_due"
    assert [request.query.get("page") for request in stripe.asked("/v2/core/events")] == [None, "100", None, "100"]


def test_a_thin_event_that_stripe_could_not_verify_is_joined_with_the_listed_snapshot(stripe, sweep, post_event, calls):
    snapshot = stripe.event("charge.updated", build("charge"))
    thin = stripe.thin(snapshot)
    with stripe.answering(500, path="/v2/core/events/*"):
        assert post_event(thin).status_code == 503

    sweep()

    assert Event.objects.values_list("stripe_id", "thin_id", "processed").get() == (snapshot["id"], thin["id"], True)
    assert calls == ["charge.updated"]


def test_a_confirmed_thin_event_that_nothing_has_tried_is_processed(stripe, sweep, calls):
    subscription = stripe.put(build("subscription", status="past_due"))
    stripe.thin_event("v1.customer.subscription.past_due", subscription)
    sweep()
    calls.clear()
    # As a sweep that was killed after it had recorded the event.
    Event.objects.update(processed=False, processed_at=None, attempts=0)

    sweep()

    assert calls == ["v1.customer.subscription.past_due"]


def test_a_thin_event_of_a_connected_account_in_the_platforms_list_keeps_its_account(stripe, sweep, calls):
    stripe.connect("acct_connected")
    subscription = stripe.put(build("subscription", status="past_due"), account="acct_connected")
    kind = "v1.customer.subscription.past_due"
    own = stripe.thin_event(kind, stripe.put(build("subscription")), context=stripe.account_id)
    connected = stripe.thin_event(kind, subscription, context="acct_connected")
    for body in (own, connected):
        stripe.put(body)  # in the list of the platform

    sweep()

    found = {event.thin_id: (event.stripe_account, event.processed) for event in Event.objects.all()}
    assert found == {own["id"]: ("", True), connected["id"]: ("acct_connected", True)}
    assert Subscription.objects.get(stripe_id=subscription["id"]).stripe_account == "acct_connected"


def test_a_project_that_has_nothing_to_do_with_thin_events_does_not_list_them(stripe, sweep):
    stripe.thin(stripe.event("charge.updated", build("charge")))

    sweep()

    assert stripe.asked("/v2/core/events") == []


def test_an_account_that_sends_thin_events_is_swept(stripe, sweep, post_event):
    charge = stripe.put(build("charge"))
    post_event(stripe.thin_event("v1.charge.updated", charge))
    missed = stripe.thin_event("v1.charge.updated", charge)

    assert numbers(sweep()) == (1, 0, 1, 0)
    assert Event.objects.get(thin_id=missed["id"]).processed


def test_a_sweep_of_some_types_filters_both_lists(stripe, sweep, calls):
    charge = stripe.put(build("charge"))
    stripe.thin_event("v1.charge.updated", charge)
    stripe.thin_event("v1.charge.succeeded", charge)

    assert numbers(sweep(types=["charge.updated"])) == (1, 0, 1, 0)
    assert stripe.asked("/v2/core/events")[0].query["types[0]"] == "v1.charge.updated"
    assert numbers(sweep(types=["charge.*"])) == (1, 0, 1, 0)


def test_a_list_of_thin_events_that_cannot_be_had_stops_nothing_but_the_cursor(stripe, sweep, calls):
    stripe.event("charge.updated", build("charge"))
    with stripe.answering(403, path="/v2/core/events"):
        stats = sweep()

    assert (stats.counts["processed"], stats.failed, calls) == (1, 1, ["charge.updated"])
    assert stats.problems[0].startswith("thin events: ")
    assert Reconciliation.objects.get().reached is None
