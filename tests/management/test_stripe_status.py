"""``manage.py stripe_status``: what people read, what programs read, and how it ends."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from pinax.stripe.models import Event, Reconciliation
from pinax.stripe.testing import build


@pytest.fixture
def stripe_status():
    """Run the command; returns what it says, its exit code, and what it warns of."""

    def stripe_status(*args):
        out = io.StringIO()
        try:
            call_command("stripe_status", *args, stdout=out)
        except CommandError as error:
            return out.getvalue(), error.returncode, str(error)
        return out.getvalue(), 0, ""

    return stripe_status


@pytest.fixture
def history(stripe, post_event, connect, settings):
    """One event is done, one is given up, one is invalid; one sweep has been made."""
    from pinax.stripe.signals import WEBHOOK_SIGNALS

    def ship(**kwargs):
        raise RuntimeError("no box")

    connect(WEBHOOK_SIGNALS["invoice.paid"], ship)
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    post_event(stripe.event("customer.created", build("customer")))
    post_event(stripe.event("invoice.paid", build("invoice")))
    post_event(stripe.event("customer.created", build("customer"), store=False) | {"id": "evt_forged"})
    now = timezone.now()
    Event.objects.update(created=now - timedelta(seconds=3), received_at=now - timedelta(seconds=1))
    Reconciliation.objects.create(
        stripe_account="acct_1",
        livemode=True,
        reached=now - timedelta(hours=5),
        started_at=now - timedelta(hours=5),
        finished_at=now - timedelta(hours=5),
        at_stripe=12,
        here=10,
        recovered=2,
    )


@pytest.mark.django_db
def test_where_all_is_fine_it_says_so_with_its_exit_code(stripe_status):
    said, code, warned = stripe_status()

    assert (code, warned) == (0, "")
    assert said.splitlines() == [
        "received        0 in 24 h",
        "invalid         0 in 24 h",
        "skipped         no key: 0 live, 0 test; switched off: 0 in 24 h",
        "lag             nothing confirmed in 24 h",
        "pending         0: 0 due now, 0 failing, 0 given up",
        "oldest pending  none",
        "stripe_process  has never run",
        "reconciled      never",
    ]


@pytest.mark.django_db
def test_people_read_how_things_stand_and_what_to_look_at(stripe_status, history):
    said, code, warned = stripe_status()

    assert (code, warned) == (2, "critical: 1 given up")
    assert "received        3 in 24 h, the last " in said
    assert "invalid         1 in 24 h" in said
    assert "lag             p50 2 s, p95 2 s, p99 2 s" in said
    assert "pending         1: 0 due now, 0 failing, 1 given up" in said
    numbers = "12 at Stripe, 10 here, 2 recovered, 0 failed"
    assert f"reconciled      live mode acct_1: up to 5.0 h ago; {numbers}" in said


@pytest.mark.django_db
def test_a_sweep_that_has_not_come_to_its_end_is_told_as_such(stripe_status):
    Reconciliation.objects.create(livemode=False, started_at=timezone.now())

    assert "test mode: not finished yet; the last run has not finished" in stripe_status()[0]


@pytest.mark.django_db
def test_programs_read_json_key_by_key(stripe_status, history):
    said, code, _warned = stripe_status("--json")

    facts = json.loads(said)
    assert code == 2
    assert list(facts) == [
        "state",
        "alerts",
        "at",
        "received_24h",
        "invalid_24h",
        "lag_24h",
        "last_received_at",
        "skipped_without_key",
        "switched_off_24h",
        "invalid_signed",
        "unreadable_3d",
        "pending",
        "due",
        "failing",
        "given_up",
        "oldest_pending_at",
        "oldest_pending_age",
        "process_active_at",
        "process_idle",
        "unfinished_erasures",
        "reconciliations",
    ]
    assert facts["state"] == "critical"
    assert facts["alerts"] == [{"level": "critical", "code": "given_up", "message": "1 given up"}]
    assert abs(datetime.fromisoformat(facts["at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert (facts["received_24h"], facts["invalid_24h"]) == (3, 1)
    assert facts["lag_24h"] == {"p50": 2.0, "p95": 2.0, "p99": 2.0}
    assert datetime.fromisoformat(facts["last_received_at"]) <= datetime.fromisoformat(facts["at"])
    assert (facts["pending"], facts["due"], facts["failing"], facts["given_up"]) == (1, 0, 0, 1)
    assert (facts["oldest_pending_at"], facts["oldest_pending_age"]) == (None, None)
    (sweep,) = facts["reconciliations"]
    assert list(sweep) == [
        "stripe_account",
        "livemode",
        "reached",
        "started_at",
        "finished_at",
        "behind",
        "at_stripe",
        "here",
        "recovered",
        "failed",
    ]
    assert (sweep["stripe_account"], sweep["livemode"], sweep["behind"] // 3600) == ("acct_1", True, 5)
    assert [sweep[name] for name in ("at_stripe", "here", "recovered", "failed")] == [12, 10, 2, 0]


@pytest.mark.django_db
def test_json_of_a_pending_event_says_since_when_and_for_how_long(stripe_status, stripe, post_event):
    with stripe.answering(500):
        post_event(stripe.event("customer.created", build("customer")))
    Event.objects.update(received_at=timezone.now() - timedelta(seconds=1000))

    said, code, _warned = stripe_status("--json")

    facts = json.loads(said)
    assert (code, facts["state"], facts["failing"]) == (1, "warning", 1)
    assert 1000 <= facts["oldest_pending_age"] < 1060
    assert facts["lag_24h"] == {"p50": None, "p95": None, "p99": None}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 2),
        (["--max-given-up", "1"], 0),
        (["--max-given-up", "1", "--max-invalid", "0"], 1),
        (["--max-given-up", "1", "--max-lag", "1.5"], 1),
        (["--max-given-up", "1", "--max-silence", "0"], 1),
        (["--max-given-up", "1", "--max-behind", "0.1"], 2),
    ],
)
def test_limits_can_be_moved(stripe_status, history, options, code):
    assert stripe_status(*options)[1] == code


@pytest.mark.django_db
@pytest.mark.parametrize(("options", "code"), [([], 1), (["--warn-age", "2000"], 0), (["--max-age", "60"], 2)])
def test_the_limits_of_waiting_can_be_moved(stripe_status, options, code):
    moment = timezone.now() - timedelta(seconds=1000)
    event = Event.objects.create(
        stripe_id="evt_1", kind="ping", livemode=False, created=moment, webhook_message={}, next_attempt_at=moment
    )
    Event.objects.filter(pk=event.pk).update(received_at=moment)

    assert stripe_status(*options)[1] == code


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--max-age", "soon"),
        ("--max-age", "-1"),
        ("--warn-age", "nan"),
        ("--max-behind", "1e99"),
        ("--max-given-up", "-1"),
        ("--max-invalid", "1.5"),
    ],
)
def test_a_limit_that_is_none_is_refused_in_words(option, value, capsys):
    with pytest.raises(CommandError, match=rf"argument {option}: '{value}' is not an? (integer|number) of"):
        call_command("stripe_status", f"{option}={value}")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_cannot_be_asked_is_critical(stripe_status):
    with connection.schema_editor() as editor:
        editor.alter_db_table(Reconciliation, Reconciliation._meta.db_table, "elsewhere")
    try:
        said, code, warned = stripe_status("--json")
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(Reconciliation, "elsewhere", Reconciliation._meta.db_table)

    assert (said, code) == ("", 2)
    assert warned.startswith("critical: the database cannot be queried")
