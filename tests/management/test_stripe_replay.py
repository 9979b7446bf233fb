"""``stripe_replay``: what it would run, the question, what it ran."""

import io
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinax.stripe.management.commands import stripe_replay
from pinax.stripe.models import Event, EventReplay
from pinax.stripe.operations.selection import of_kinds
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(connect):
    """A receiver that fails until it is mended."""
    return connect(any_event, lambda **kwargs: 1 / 0)


@pytest.fixture
def failed(stripe, post_event, broken):
    """Two events that failed, of two types, an hour apart; the receiver is mended."""
    post_event(stripe.event("customer.created", build("customer", id="cus_1"), id="evt_1"))
    stripe.advance(3600)
    post_event(stripe.event("charge.succeeded", build("charge", id="ch_1"), id="evt_2"))
    any_event.disconnect(broken)


def run(*args, **options):
    out = io.StringIO()
    call_command("stripe_replay", *args, stdout=out, **options)
    return out.getvalue()


def done():
    return sorted(Event.objects.filter(processed=True).values_list("stripe_id", flat=True))


def test_a_dry_run_says_what_would_be_run_and_runs_nothing(failed):
    out = run("--kind", "*", "--dry-run")

    assert "evt_1" in out
    assert "customer.created  failed" in out
    assert out.endswith("2 to be processed again\n")
    assert (done(), EventReplay.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["evt_1"], ["evt_1"]),
        (["--kind", "customer.*"], ["evt_1"]),
        (["--kind", "customer.*", "--kind", "charge.succeeded"], ["evt_1", "evt_2"]),
        (["--object", "ch_1"], ["evt_2"]),
        (["--failed"], ["evt_1", "evt_2"]),
        (["--given-up"], []),
        (["--kind", "invoice.*"], []),
    ],
)
def test_events_are_chosen_by_id_type_object_or_state(arguments, expected, failed):
    run(*arguments, "--reason", "mended", "--yes")

    assert done() == expected


def test_events_are_chosen_by_time(failed):
    late = Event.objects.get(stripe_id="evt_2").created.isoformat()

    run("--since", late, "--reason", "mended", "--yes")
    assert done() == ["evt_2"]
    run("--until", late, "--reason", "mended", "--yes")
    assert done() == ["evt_1", "evt_2"]


def test_it_says_what_it_did_and_who_asked(failed):
    out = run("--failed", "--reason", "mended", "--by", "ada", "--yes")

    assert "evt_1  customer.created: processed" in out
    assert out.endswith("2 processed\n")
    assert {(kept.requested_by, kept.reason) for kept in EventReplay.objects.all()} == {("ada", "mended")}


def test_what_is_done_has_nothing_left_to_do(failed):
    run("--failed", "--reason", "mended", "--yes")

    assert "0 to be processed again; 2 already complete" in run("--kind", "*", "--reason", "once more", "--yes")
    assert EventReplay.objects.count() == 2
    assert run("--kind", "*", "--reason", "once more", "--yes", "--again").endswith("2 processed\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Select events"),
        (["evt_none"], "no event evt_none here"),
        (["--failed", "--yes"], "Give a --reason"),
        (["--failed", "--reason", "mended"], "add --yes"),
        (["--failed", "--receiver", "shop.gone", "--dry-run"], "is called shop.gone; there are: none"),
        (["--since", "yesterday"], "is not a date or datetime"),
    ],
)
def test_what_cannot_be_done_is_an_error_with_the_way_out(arguments, message, failed):
    with pytest.raises(CommandError, match=message):
        run(*arguments)
    assert done() == []


def test_one_that_cannot_be_run_stops_none_of_the_others(failed, connect, capsys):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    Event.objects.create(stripe_id="evt_0", kind="ping", livemode=False, webhook_message={}, created=long_ago)
    gone = Event.objects.get(stripe_id="evt_2")
    connect(any_event, lambda **kwargs: Event.objects.filter(pk=gone.pk).delete())

    with pytest.raises(CommandError, match="Not all of them are processed"):
        run("evt_0", "evt_1", "evt_2", "--reason", "hope", "--yes")

    assert done() == ["evt_1"]
    assert '"object" is neither "event" nor' in Event.objects.get(stripe_id="evt_0").exceptions.get().message


def test_the_exit_code_tells_that_some_are_not_done(failed, connect, broken):
    connect(any_event, broken)

    with pytest.raises(CommandError, match="Not all of them are processed"):
        run("--failed", "--reason", "hope", "--yes")


def recorded(number, kind, **values):
    """Events of a type that are processed, without content."""
    created = datetime(2026, 1, 1, tzinfo=UTC)
    common = {"kind": kind, "livemode": False, "created": created, "webhook_message": {}, "valid": True}
    rows = [Event(stripe_id=f"evt_{kind}_{nth}", **{**common, "processed": True, **values}) for nth in range(number)]
    Event.objects.bulk_create(rows)


def test_a_dry_run_costs_the_same_number_of_statements_however_many_events_match(failed):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            run("--kind", "customer.*", "--dry-run")
        return len(captured)

    Event.objects.filter(stripe_id="evt_2").update(kind="customer.updated")
    few = statements()
    recorded(30, "customer.created")
    recorded(30, "customer.updated", processed=False, stripe_account="acct_1")

    assert statements() == few


def test_a_dry_run_counts_no_further_than_five_thousand(failed, monkeypatch):
    monkeypatch.setattr(stripe_replay, "COUNTED", 3)
    recorded(4, "customer.created")
    recorded(4, "customer.updated", processed=False)

    out = run("--kind", "customer.*", "--dry-run")

    assert out.endswith("  … and more\n3+ to be processed again; 3+ already complete (--again repeats them)\n")


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (["customer.*"], {"customer.created", "customer.brand_new"}),
        (["*.created"], {"customer.created"}),
        (["*_new"], {"customer.brand_new"}),
        (["charge.succeeded", "customer.b*"], {"charge.succeeded", "customer.brand_new"}),
        (["*"], {"charge.succeeded", "customer.created", "customer.brand_new"}),
        (["payout.*"], set()),
    ],
)
def test_patterns_match_types_that_no_catalogue_has_too(patterns, expected):
    for kind in ("charge.succeeded", "customer.created", "customer.brand_new"):
        recorded(1, kind)

    found = of_kinds(Event.objects.all(), patterns)

    assert set(found.values_list("kind", flat=True)) == expected


def test_the_types_of_all_events_are_read_from_the_index_of_types_one_statement_for_each():
    recorded(50, "customer.created")
    recorded(50, "customer.updated")

    with CaptureQueriesContext(connection) as captured:
        of_kinds(Event.objects.all(), ["customer.*"])

    assert len(captured) == 3
    assert not any("DISTINCT" in query["sql"] for query in captured.captured_queries)
