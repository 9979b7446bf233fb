"""What is beyond its limit is said, and how bad it is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pinax.stripe.models import Reconciliation
from pinax.stripe.operations.health import Level, Limits, Status, alerts, span, worst

NOW = timezone.now()
FINE, WARNING, CRITICAL = Level


def standing(**facts):
    """A status in which all is fine, but for what a test says."""
    fine = {
        "at": NOW,
        "received": 10,
        "invalid": 0,
        "lag": dict.fromkeys((50, 95, 99), timedelta(seconds=1)),
        "last_received_at": NOW,
        "pending": 0,
        "due": 0,
        "failing": 0,
        "given_up": 0,
        "oldest_pending_at": None,
        "skipped": {True: 0, False: 0},
        "switched_off": 0,
        "invalid_signed": 0,
        "unreadable": 0,
        "process_active_at": None,
        "unfinished_erasures": 0,
        "reconciliations": [],
    }
    return Status(**{**fine, **facts})


def ago(**delta):
    return NOW - timedelta(**delta)


def swept(**delta):
    return [Reconciliation(stripe_account="acct_1", livemode=True, reached=ago(**delta), created_at=ago(days=99))]


@pytest.mark.parametrize(
    ("facts", "level", "message"),
    [
        ({}, FINE, ""),
        ({"given_up": 1}, CRITICAL, "1 given up"),
        ({"unreadable": 1}, CRITICAL, "1 signed by Stripe and unreadable in 3 days"),
        ({"skipped": {True: 0, False: 9}, "switched_off": 9}, FINE, ""),
        ({"skipped": {True: 1, False: 0}}, CRITICAL, "1 live events skipped: there is no key for live mode"),
        ({"invalid_signed": 1}, CRITICAL, "1 signed by a webhook secret, but contradicted by Stripe"),
        ({"oldest_pending_at": ago(seconds=900)}, FINE, ""),
        ({"oldest_pending_at": ago(seconds=901)}, WARNING, "the oldest pending event waits for 15 min"),
        ({"oldest_pending_at": ago(seconds=3600), "due": 3}, WARNING, "3 due"),
        ({"oldest_pending_at": ago(seconds=3601), "failing": 2}, CRITICAL, "2 failing"),
        ({"invalid": 10}, FINE, ""),
        ({"invalid": 11}, WARNING, "11 invalid in 24 h"),
        ({"lag": {50: None, 95: timedelta(seconds=300), 99: None}}, FINE, ""),
        ({"lag": {50: None, 95: timedelta(seconds=301), 99: None}}, WARNING, "5 of 100 events came 5 min late"),
        ({"lag": {50: None, 95: None, 99: None}}, FINE, ""),
        ({"last_received_at": None}, FINE, ""),
        ({"last_received_at": ago(days=400)}, FINE, ""),
        ({"reconciliations": swept(days=25)}, FINE, ""),
        ({"reconciliations": swept(days=25, seconds=1)}, CRITICAL, "live mode acct_1 not reconciled for 25.0 days"),
    ],
)
def test_each_limit_is_kept_to_the_second(facts, level, message):
    found = alerts(standing(**facts), Limits())

    assert worst(found) is level
    assert len(found) == (level is not FINE)
    assert message in "".join(alarm.message for alarm in found)


def test_silence_is_a_warning_where_it_is_asked_about():
    limits = Limits(max_silence=timedelta(hours=1))

    def said(last):
        return [alarm.message for alarm in alerts(standing(last_received_at=last), limits)]

    assert said(ago(hours=1)) == []
    assert said(ago(hours=3)) == ["nothing received for 3.0 h"]
    assert said(None) == ["nothing received yet"]


def test_a_first_sweep_that_never_ends_is_behind_since_it_began():
    row = Reconciliation(livemode=False, created_at=ago(days=26))

    assert [alarm.level for alarm in alerts(standing(reconciliations=[row]), Limits())] == [CRITICAL]


def test_the_worst_comes_first():
    found = alerts(standing(invalid=99, given_up=1, oldest_pending_at=ago(minutes=20)), Limits())

    assert [alarm.level for alarm in found] == [CRITICAL, WARNING, WARNING]


def test_a_critical_age_below_the_one_of_the_warning_counts():
    limits = Limits(max_age=timedelta(seconds=60))

    assert worst(alerts(standing(oldest_pending_at=ago(seconds=61)), limits)) is CRITICAL


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.25, "0.25 s"),
        (9.87, "9.87 s"),
        (45.6, "46 s"),
        (119, "119 s"),
        (120, "2 min"),
        (-3, "-3 s"),
        (7200, "2.0 h"),
        (86_400, "24.0 h"),
        (172_800, "2.0 days"),
    ],
)
def test_a_length_of_time_is_said_as_people_say_it(seconds, words):
    assert span(timedelta(seconds=seconds)) == words
