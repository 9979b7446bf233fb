"""A sweep: Stripe's list of events against ours, recorded whole and then processed, whatever is in the way."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DataError, connection, connections, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinax.stripe.exceptions import InsideTransaction
from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.models import Charge, Customer, Event, EventProcessingException, Reconciliation, RejectedDelivery
from pinax.stripe.operations.health import status
from pinax.stripe.operations.retry import process_due
from pinax.stripe.scope import Scope
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

TEST = Scope("", livemode=False)
HOUR = 3600


@pytest.fixture
def missed(stripe):
    """Let so many events happen that nobody delivers, a second apart; returns their ids, the oldest first."""

    def missed(number, account="", kind="charge.updated", **event):
        made = []
        for _ in range(number):
            stripe.advance(1)
            made.append(stripe.event(kind, build("charge"), account=account, **event)["id"])
        return made

    return missed


def numbers(stats):
    return stats.at_stripe, stats.counts["here"], stats.counts["recovered"], stats.failed


def schedule_now():
    Event.objects.filter(processed=False).update(next_attempt_at=F("received_at"))


def moment(seconds):
    return datetime.fromtimestamp(seconds, tz=UTC)


def test_what_was_missed_is_recorded_confirmed_synced_and_signalled_once_oldest_first(stripe, sweep, missed, heard):
    ids = missed(105)

    assert numbers(sweep()) == (105, 0, 105, 0)

    assert [call.event.stripe_id for call in heard if call.signal == "*"] == ids
    assert Event.objects.filter(valid=True, processed=True, verification_note="listed by Stripe").count() == 105
    assert Charge.objects.synced().count() == 105
    # Every signal is heard, of thin events, too: so their list is swept.
    assert {request.path for request in stripe.requests} == {"/v1/events", "/v2/core/events"}
    assert len(stripe.requests) == 3


def test_it_shows_how_far_it_is_while_it_records_and_while_it_processes(sweep, missed):
    missed(102)
    shown = []

    sweep(report=lambda stats: shown.append(stats.objects))

    assert shown == [100, 102, *range(103, 205)]


def test_a_second_sweep_finds_everything_here(sweep, missed, heard):
    missed(3)
    sweep()
    heard.clear()

    assert numbers(sweep()) == (3, 3, 0, 0)
    assert heard == []


def test_what_no_delivery_has_brought_counts_no_delivery_and_is_no_sign_of_late_ones(stripe, sweep, post_event):
    stripe.event("customer.created", build("customer", id="cus_1"), created=stripe.now - 20 * 24 * 3600)
    late = stripe.event("customer.created", build("customer", id="cus_2"))

    sweep()

    assert list(Event.objects.values_list("deliveries", flat=True)) == [0, 0]
    assert set(status().lag.values()) == {None}
    assert post_event(late).status_code == 200
    assert Event.objects.get(stripe_id=late["id"]).deliveries == 1


def test_only_what_is_missing_is_recovered(stripe, sweep, missed, post_event):
    missed(2)
    post_event(stripe.event("charge.updated", build("charge")))
    missed(2)

    assert numbers(sweep()) == (5, 1, 4, 0)
    assert set(Event.objects.values_list("attempts", flat=True)) == {1}


def test_the_cursor_moves_to_the_first_question_and_the_next_sweep_begins_an_hour_before(stripe, sweep, missed):
    missed(150)
    asked_at = stripe.now

    sweep(report=lambda stats: stripe.advance(60))
    row = Reconciliation.objects.get()
    stripe.requests.clear()
    sweep()

    assert row.reached in (moment(asked_at), moment(asked_at - 1))  # a second is the clock's own
    assert stripe.requests[0].query["created[gte]"] == str(int(row.reached.timestamp()) - HOUR)
    assert (row.at_stripe, row.here, row.recovered, row.failed) == (150, 0, 150, 0)
    assert row.started_at < row.finished_at


def test_the_first_sweep_asks_for_everything_that_stripe_keeps(stripe, sweep):
    sweep()

    assert "created[gte]" not in stripe.requests[0].query
    assert Reconciliation.objects.get().reached is not None


def test_events_of_the_cursors_own_second_are_found_though_they_come_later(stripe, sweep, missed):
    missed(2)
    sweep()
    same_second = int(Reconciliation.objects.get().reached.timestamp())
    late = [stripe.event("charge.updated", build("charge"), created=same_second - back)["id"] for back in (0, 0, 600)]

    stats = sweep()

    assert stats.counts["recovered"] == 3
    assert Event.objects.filter(stripe_id__in=late, processed=True).count() == 3


def test_accounts_and_modes_have_cursors_of_their_own(stripe, sweep, missed):
    stripe.connect("acct_1")
    missed(1)
    missed(2, account="acct_1")
    missed(3, account="acct_1", livemode=True)

    assert numbers(sweep(Scope("acct_1", livemode=True))) == (3, 0, 3, 0)
    assert Event.objects.filter(stripe_account="acct_1", livemode=True).count() == 3
    assert numbers(sweep(Scope("acct_1", livemode=False))) == (2, 0, 2, 0)
    assert Reconciliation.objects.count() == 2
    assert Event.objects.count() == 5


def test_an_event_that_does_not_name_its_account_is_of_the_one_that_was_asked_for(stripe, sweep):
    stripe.connect("acct_1")
    body = stripe.event("charge.updated", build("charge"), account="acct_1")
    del body["account"]
    stripe.put(body, account="acct_1")

    assert numbers(sweep(Scope("acct_1", livemode=False))) == (1, 0, 1, 0)

    event = Event.objects.get()
    assert (event.stripe_account, event.message["account"], event.processed) == ("acct_1", "acct_1", True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"account": "acct_2"}, "another account"),
        ({"livemode": True}, "another mode"),
        ({"created": "now"}, "not a Unix time"),
        ({"object": "v2.core.event"}, "not an ISO 8601 time"),
    ],
)
def test_what_cannot_be_read_is_counted_and_kept_and_holds_neither_the_sweep_nor_the_cursor(
    stripe, sweep, missed, change, said
):
    stripe.connect("acct_1")
    listed = [stripe.event("charge.updated", build("charge"), account="acct_1") for _ in range(3)]
    listed[1] = {**listed[1], **change}
    scope = Scope("acct_1", livemode=False)

    with stripe.answering(body={"object": "list", "data": listed, "has_more": False}, path="/v1/events"):
        stats = sweep(scope)

    assert numbers(stats) == (3, 0, 2, 1)
    assert listed[1]["id"] in stats.problems[0]
    assert said in stats.problems[0]
    assert Event.objects.filter(processed=True).count() == Event.objects.count() == 2
    assert Reconciliation.objects.get().reached is not None
    kept = RejectedDelivery.objects.get()
    assert (kept.cause, kept.stripe_id, json.loads(kept.body)) == ("unreadable", listed[1]["id"], listed[1])
    assert said in kept.reason
    with stripe.answering(body={"object": "list", "data": listed, "has_more": False}, path="/v1/events"):
        assert numbers(sweep(scope)) == (3, 2, 0, 1)
    assert RejectedDelivery.objects.count() == 1
    assert numbers(sweep(scope)) == (3, 2, 1, 0)


class Picky(DefaultHookSet):
    """Does not let one charge be kept."""

    broken = True

    def redact(self, message):
        if self.broken and message["data"]["object"].get("id") == "ch_1":
            raise LookupError("ch_1 has no rule")
        return message


def test_an_event_that_a_hook_fails_on_is_recorded_by_what_identifies_it_and_comes_in_once_it_is_mended(
    stripe, sweep, settings, heard, monkeypatch
):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Picky"
    for nth in range(3):
        stripe.advance(1)
        stripe.event("charge.updated", build("charge", id=f"ch_{nth}", amount=100 + nth, description="a secret"))

    assert numbers(sweep()) == (3, 0, 2, 1)

    kept = Event.objects.get(object_id="ch_1")
    assert (kept.valid, kept.processed, kept.kind, kept.object_type) == (None, False, "charge.updated", "charge")
    assert "secret" not in json.dumps(kept.webhook_message)
    assert Reconciliation.objects.get().reached is not None
    assert numbers(sweep()) == (3, 2, 0, 1)
    assert Event.objects.get(object_id="ch_1").deliveries == 0

    schedule_now()
    assert process_due() == {Outcome.RETRY: 1}
    assert "redact raised LookupError" in kept.exceptions.get().message
    assert Event.objects.get(object_id="ch_1").given_up_at is None

    monkeypatch.setattr(Picky, "broken", False)
    schedule_now()
    assert process_due() == {Outcome.PROCESSED: 1}
    assert Charge.objects.get(stripe_id="ch_1").amount == 101
    assert len([call for call in heard if call.signal == "charge.updated"]) == 3


def test_a_flag_of_a_preview_in_the_api_version_stops_no_sweep(stripe, sweep):
    versions = ["2020-08-27; orders_beta=v4", "x" * 300, 20200827, None, {"beta": True}]
    for number, version in enumerate(versions):
        stripe.advance(1)
        body = stripe.event("charge.updated", build("charge", id=f"ch_{number}"))
        stripe.put({**body, "api_version": version})

    assert numbers(sweep()) == (5, 0, 5, 0)
    assert list(Event.objects.order_by("created").values_list("api_version", flat=True)) == [
        "2020-08-27; orders_beta=v4",
        "x" * 255,
        "",
        "",
        "",
    ]


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_of_an_event_is_left_to_stripe_process(stripe, sweep):
    for nth in range(3):
        stripe.advance(1)
        stripe.event(
            "charge.updated", build("charge", id=f"ch_{nth}", description="odd words" if nth == 1 else "plain")
        )

    def refuse(execute, sql, params, many, context):
        if (
            connection.ops.quote_name("pinaxstripe_event") in sql
            and "odd words" in str(params)
            and not sql.startswith("SELECT")
        ):
            raise DataError("1366, Incorrect string value")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        assert numbers(sweep()) == (3, 0, 2, 1)
        schedule_now()
        assert process_due() == {Outcome.RETRY: 1}
    event = Event.objects.get(object_id="ch_1")
    assert (event.valid, event.failures, event.exceptions.get().stage) == (None, 1, "commit")
    assert Reconciliation.objects.get().reached is not None

    schedule_now()
    assert process_due() == {Outcome.PROCESSED: 1}
    assert Charge.objects.get(stripe_id="ch_1").description == "odd words"


def test_a_row_that_was_refused_for_a_forged_body_is_set_right_and_the_forgery_is_kept(
    stripe, sweep, post_event, heard
):
    body = stripe.event("charge.updated", build("charge", id="ch_1", amount=100))
    forged = {**body, "data": {"object": {**body["data"]["object"], "amount": 1}}}
    assert post_event(forged).status_code == 400

    assert numbers(sweep()) == (1, 0, 1, 0)

    event = Event.objects.get()
    assert (event.valid, event.processed, event.object["amount"]) == (True, True, 100)
    assert event.rejected.count() == 1
    assert Charge.objects.get().amount == 100
    assert len([call for call in heard if call.signal == "*"]) == 1


def test_a_row_that_nobody_could_check_is_confirmed_whatever_body_it_holds(stripe, sweep, post_event):
    body = stripe.event("charge.updated", build("charge", id="ch_1", amount=100))
    forged = {**body, "data": {"object": {**body["data"]["object"], "amount": 1}}}
    for posted, waiting in ((body, 1), (forged, 2)):
        with stripe.answering(status=500):
            assert post_event(posted).status_code == 503
        assert EventProcessingException.objects.count() <= waiting

    assert numbers(sweep()) == (1, 1, 0, 0)

    event = Event.objects.get()
    assert (event.valid, event.processed, event.object["amount"]) == (True, True, 100)


def test_a_type_that_is_switched_off_is_recorded_only(sweep, missed, settings, heard):
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["charge.*"]
    missed(2)

    stats = sweep()

    assert (stats.counts["skipped"], stats.counts["recovered"]) == (2, 0)
    assert Event.objects.filter(skipped=True, processed=False).count() == 2
    assert heard == []
    assert numbers(sweep()) == (2, 2, 0, 0)
    settings.PINAX_STRIPE_IGNORED_EVENTS = []
    assert numbers(sweep()) == (2, 2, 0, 0)
    assert Event.objects.filter(processed=True, skipped=False).count() == 2


def test_a_dry_run_counts_what_is_switched_off_as_skipped(sweep, missed, settings):
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["charge.*"]
    missed(2)

    stats = sweep(dry_run=True)

    assert (stats.counts["skipped"], stats.counts["recovered"], Event.objects.count()) == (2, 0, 0)


def test_an_event_that_was_switched_off_half_way_is_done_once_it_is_switched_on(
    stripe, sweep, post_event, connect, settings
):
    fails = connect(any_event, lambda **kwargs: 1 / 0)
    body = stripe.event("charge.updated", build("charge"))
    assert post_event(body).status_code == 503
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["charge.*"]
    assert post_event(body).status_code == 200
    any_event.disconnect(fails)
    sweep()
    assert not Event.objects.get().processed
    settings.PINAX_STRIPE_IGNORED_EVENTS = []

    sweep()

    assert Event.objects.get().processed


def test_an_event_that_is_deleted_while_it_is_swept_is_counted_and_stops_none_of_the_others(
    stripe, sweep, missed, post_event
):
    body = stripe.event("charge.updated", build("charge"))
    with stripe.answering(status=500):
        post_event(body)
    missed(1)
    confirming = f"UPDATE {connection.ops.quote_name('pinaxstripe_event')} "

    def deleting(execute, sql, params, many, context):
        if sql.startswith(confirming) and "deliveries" not in sql:
            Event.objects.filter(stripe_id=body["id"]).only("pk")._raw_delete("default")
        return execute(sql, params, many, context)

    EventProcessingException.objects.all().delete()
    with connection.execute_wrapper(deleting):
        stats = sweep()

    assert (stats.failed, Event.objects.get().processed) == (1, True)
    assert numbers(sweep()) == (2, 1, 1, 0)


def test_an_event_of_a_mode_that_had_no_key_is_done_once_it_has(stripe, sweep, post_event, settings):
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None
    post_event(stripe.event("charge.updated", build("charge")))
    assert Event.objects.get().skipped
    settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_test_fake"

    sweep()

    assert Event.objects.get().processed


def test_one_that_fails_stops_none_of_the_others_and_is_left_to_its_own_time(sweep, missed, connect):
    ids = missed(3)
    tried = []

    def broken(event, **kwargs):
        tried.append(event.stripe_id)
        if event.stripe_id == ids[1]:
            raise ValueError("broken")

    connect(any_event, broken)

    stats = sweep()

    assert numbers(stats) == (3, 0, 3, 1)
    assert ids[1] in stats.problems[0]
    assert set(Event.objects.filter(processed=True).values_list("stripe_id", flat=True)) == {ids[0], ids[2]}
    assert EventProcessingException.objects.get().event.stripe_id == ids[1]
    assert Reconciliation.objects.get().reached is not None
    assert numbers(sweep()) == (3, 3, 0, 0)
    assert tried == ids


def test_a_sweep_that_stripe_breaks_off_keeps_its_cursor_and_processes_nothing_until_it_is_whole(
    stripe, sweep, missed, heard
):
    missed(105)
    faults = []

    def go_dark(stats):
        if stats.pages == 1:
            faults.append(stripe.answering(status=429))

    stats = sweep(report=go_dark)
    row = Reconciliation.objects.get()

    assert "Stripe answered 429" in stats.problems[0]
    assert (row.reached, row.finished_at) == (None, None)
    assert (Event.objects.filter(valid=True).count(), heard) == (100, [])
    faults[0].end()
    assert numbers(sweep()) == (105, 100, 5, 0)
    assert Event.objects.filter(processed=True, attempts=1).count() == 105


def test_an_account_that_refuses_us_is_reported(stripe, sweep):
    stats = sweep(Scope("acct_unknown", livemode=False))

    assert stats.failed == 1
    assert "denies the key access" in stats.problems[0]
    assert Reconciliation.objects.get().reached is None


def test_too_many_requests_are_made_again_later(stripe, sweep, missed):
    missed(1)

    with stripe.answering(status=429, times=3):
        assert numbers(sweep()) == (1, 0, 1, 0)


def test_since_begins_elsewhere_and_moves_the_cursor_only_where_that_leaves_no_gap(stripe, sweep, missed):
    missed(2)
    stripe.advance(3 * HOUR)
    missed(1)

    assert numbers(sweep(since=stripe.now - HOUR)) == (1, 0, 1, 0)
    assert not Reconciliation.objects.exists()
    assert numbers(sweep(since=stripe.now - 30 * 24 * HOUR - 60 - 3 * HOUR)) == (3, 1, 2, 0)
    first = Reconciliation.objects.get().reached
    assert first is not None
    stripe.advance(HOUR)
    sweep(since=stripe.now - HOUR)
    assert Reconciliation.objects.get().reached == first
    sweep(since=int(first.timestamp()) - HOUR)
    assert Reconciliation.objects.get().reached > first


def test_exact_types_are_asked_for_and_patterns_are_looked_for_here(stripe, sweep, missed):
    for kind in ("charge.updated", "charge.captured", "charge.failed"):
        missed(1, kind=kind)

    assert numbers(sweep(types=["charge.updated", "charge.failed"])) == (2, 0, 2, 0)
    assert [stripe.requests[-1].query[f"types[{n}]"] for n in (0, 1)] == ["charge.updated", "charge.failed"]
    assert numbers(sweep(types=["charge.c*"])) == (1, 0, 1, 0)
    assert not any(name.startswith("types") for name in stripe.requests[-1].query)
    assert numbers(sweep(types=[f"charge.updated{n}" for n in range(20)] + ["charge.updated"])) == (1, 1, 0, 0)
    assert not Reconciliation.objects.exists()


def test_a_dry_run_compares_and_writes_nothing(stripe, sweep, missed, post_event, heard):
    missed(2)
    body = stripe.event("charge.updated", build("charge"))
    post_event(body)
    heard.clear()
    before = list(Event.objects.values())

    assert numbers(sweep(dry_run=True)) == (3, 1, 2, 0)
    assert list(Event.objects.values()) == before
    assert (Reconciliation.objects.count(), heard) == (0, [])


def test_a_page_of_known_events_costs_the_same_number_of_statements_however_many_they_are(sweep, missed):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            sweep()
        return len(captured.captured_queries)

    missed(1)
    sweep()
    few = statements()
    missed(99)
    sweep()

    assert statements() == few <= 7


@pytest.mark.django_db(transaction=True)
def test_an_event_that_is_delivered_while_it_is_swept_runs_once(stripe, sweep, post_event, connect):
    calls = []
    connect(any_event, lambda event, **kwargs: calls.append(event.stripe_id))
    bodies = [stripe.event("customer.updated", build("customer")) for _ in range(40)]
    together = threading.Barrier(3)

    def thread(work):
        try:
            together.wait()
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as threads:
        posting = threads.submit(thread, lambda: [post_event(body).status_code for body in bodies])
        sweeping = [threads.submit(thread, sweep) for _ in range(2)]

    assert posting.result() == [200] * 40
    assert [stats.result().problems for stats in sweeping] == [[], []]
    assert sorted(calls) == sorted(body["id"] for body in bodies)
    assert Event.objects.filter(processed=True).count() == Event.objects.count() == 40
    assert Customer.objects.count() == 40


def test_a_slow_sweep_does_not_take_back_how_far_a_faster_one_has_come(stripe, sweep, missed):
    missed(1)
    further = timezone.now() + timedelta(days=1)

    sweep(report=lambda stats: Reconciliation.objects.update(reached=further))

    assert Reconciliation.objects.get().reached == further


def test_with_signatures_alone_what_stripe_lists_is_confirmed_all_the_same(sweep, missed, settings):
    settings.PINAX_STRIPE_VALIDATION = "signature"
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_1"]
    missed(1)

    sweep()

    event = Event.objects.get()
    assert (event.valid, event.processed, event.signed) == (True, True, False)


def test_it_refuses_to_run_inside_a_transaction(sweep):
    with pytest.raises(InsideTransaction), transaction.atomic():
        sweep()


@pytest.mark.parametrize("before", ["rejected", "skipped"])
def test_an_event_with_a_row_that_nobody_tries_is_not_lost_by_a_hook_that_fails(
    before, stripe, sweep, settings, post_event, monkeypatch
):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Picky"
    monkeypatch.setattr(Picky, "broken", False)
    body = stripe.event("charge.updated", build("charge", id="ch_1", amount=100))
    if before == "rejected":
        lie = {**body, "data": {"object": {**body["data"]["object"], "amount": 1}}}
        assert post_event(lie).status_code == 400
    else:
        key, settings.PINAX_STRIPE_TEST_SECRET_KEY = settings.PINAX_STRIPE_TEST_SECRET_KEY, None
        settings.PINAX_STRIPE_SECRET_KEY = "sk_live_fake"
        assert post_event(body).status_code == 200
        settings.PINAX_STRIPE_TEST_SECRET_KEY = key or "sk_test_fake"

    monkeypatch.setattr(Picky, "broken", True)
    assert sweep().failed == 1
    monkeypatch.setattr(Picky, "broken", False)
    schedule_now()
    process_due()

    assert (Event.objects.get().processed, Charge.objects.get().amount) == (True, 100)


def test_an_event_without_a_version_comes_in_by_what_identifies_it_too(stripe, sweep, settings, monkeypatch):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Picky"
    stripe.put({**stripe.event("charge.updated", build("charge", id="ch_1")), "api_version": None})
    assert sweep().failed == 1

    monkeypatch.setattr(Picky, "broken", False)
    schedule_now()

    assert process_due() == {Outcome.PROCESSED: 1}


def test_a_row_that_cannot_be_read_is_healed_by_a_delivery(stripe, post_event):
    body = stripe.event("charge.updated", build("charge", id="ch_1"))
    with stripe.answering(status=500):
        assert post_event(body).status_code == 503
    Event.objects.update(webhook_message={"odd": True})

    assert post_event(body).status_code == 200
    assert Event.objects.get().processed


@pytest.mark.django_db(transaction=True)
def test_an_event_of_which_nothing_can_be_kept_holds_the_cursor(stripe, sweep, missed):
    missed(2)

    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and connection.ops.quote_name("pinaxstripe_event") in sql:
            raise DataError("the table is full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        assert numbers(sweep()) == (2, 0, 0, 2)

    assert Reconciliation.objects.get().reached is None
    assert numbers(sweep()) == (2, 0, 2, 0)
