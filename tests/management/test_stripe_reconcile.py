"""``manage.py stripe_reconcile``: what can be asked for, what it says, how it ends, and how it goes on."""

import os
import sqlite3
import time
from contextlib import closing
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.utils import timezone

from pinax.stripe.imports import rate_limiter
from pinax.stripe.management import progress
from pinax.stripe.models import Account, Charge, Event, Reconciliation
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

#: How many events the outage swallows; PINAX_TEST_MISSED=5000 for the whole of it.
MISSED = int(os.environ.get("PINAX_TEST_MISSED", "600"))
ACCOUNTS = ("acct_1", "acct_2", "acct_3")
DAY = 86400


@pytest.fixture
def stripe_reconcile(command):
    return command("stripe_reconcile")


@pytest.fixture
def accounts(stripe, post_event):
    """Three connected accounts, of which we know one by its row and two by an event."""
    for account in ACCOUNTS:
        stripe.connect(account)
    post_event(stripe.event("account.updated", build("account", id="acct_1"), account="acct_1"))
    for account in ACCOUNTS[1:]:
        post_event(stripe.event("charge.updated", build("charge"), account=account))
    return ACCOUNTS


def days_ago(number):
    return timezone.now() - timedelta(days=number)


@pytest.mark.django_db(transaction=True)
def test_after_an_outage_of_two_days_exactly_what_was_missed_is_recovered(
    stripe, stripe_reconcile, accounts, post_event, connect
):
    for account in accounts:
        post_event(stripe.event("charge.updated", build("charge"), account=account))
    stripe_reconcile("--testmode")
    before = set(Event.objects.values_list("stripe_id", flat=True))
    calls = []
    connect(any_event, lambda event, **kwargs: calls.append(event.stripe_id))
    stripe.advance(10)
    missed = []
    for number in range(MISSED):
        stripe.advance(2 * DAY // MISSED)
        missed.append(stripe.event("charge.updated", build("charge"), account=accounts[number % 3])["id"])

    said = stripe_reconcile("--testmode")

    assert f"in all: {MISSED + len(before)} at Stripe, {len(before)} here, {MISSED} recovered" in said
    for number, account in enumerate(accounts):
        of_it = len(missed[number::3])
        assert f"events (test mode, {account}): {of_it + 2} at Stripe, 2 here, {of_it} recovered" in said
    assert sorted(calls) == sorted(missed)
    assert set(Event.objects.values_list("stripe_id", flat=True)) == before | set(missed)
    assert not Event.objects.pending().exists()
    calls.clear()
    assert " 0 recovered\n" in stripe_reconcile("--testmode").rpartition("in all")[2]
    assert calls == []


@pytest.mark.django_db
def test_every_mode_that_has_a_key_is_swept_for_the_platform_and_each_account_known(stripe, stripe_reconcile, accounts):
    Account.objects.filter(stripe_id="acct_1").update(deauthorized_at=timezone.now())
    stripe.requests.clear()

    stripe_reconcile()

    swept = [(request.livemode, request.account) for request in stripe.asked("/v1/events")]
    assert swept == [(True, ""), (False, ""), (False, "acct_2"), (False, "acct_3")]


@pytest.mark.django_db
def test_named_accounts_are_swept_and_only_they_and_our_own_is_the_platform(stripe, stripe_reconcile, accounts):
    stripe.event("charge.updated", build("charge"))
    stripe.requests.clear()

    stripe_reconcile("--testmode", "--account", "acct_2", "--account=acct_2", "--account", stripe.account_id)

    assert [request.account for request in stripe.asked("/v1/events")] == ["acct_2", ""]
    assert Event.objects.filter(stripe_account="").count() == 1


@pytest.mark.django_db
def test_an_account_that_refuses_us_does_not_stop_the_others_and_the_command_says_so(
    stripe, stripe_reconcile, accounts
):
    stripe.disconnect("acct_2")
    stripe.event("charge.updated", build("charge"), account="acct_3")

    with pytest.raises(CommandError, match="1 failed") as error:
        stripe_reconcile("--testmode")

    assert error.value.returncode == 1
    assert "Stripe denies the key access" in stripe_reconcile.errors.getvalue()
    assert Event.objects.filter(stripe_account="acct_3").count() == 2


@pytest.mark.django_db
def test_where_stripe_does_not_say_which_account_is_ours_the_platform_is_swept_and_nothing_else(
    stripe, stripe_reconcile, accounts
):
    stripe.event("charge.updated", build("charge"))

    with stripe.answering(status=403, path="/v1/account"), pytest.raises(CommandError, match="1 failed"):
        stripe_reconcile("--testmode")
    with stripe.answering(body={"object": "account"}, path="/v1/account"), pytest.raises(CommandError):
        stripe_reconcile("--testmode", "--account", "acct_1")

    assert Event.objects.filter(stripe_account="").count() == 1
    assert "does not name the account of the key" in stripe_reconcile.errors.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("stripe_fails", [False, True])
def test_a_cursor_that_has_fallen_behind_is_an_alarm(stripe, stripe_reconcile, caplog, stripe_fails):
    stripe_reconcile("--testmode")
    Reconciliation.objects.update(reached=days_ago(26))
    fault = stripe.answering(status=403, path="/v1/events", times=None if stripe_fails else 0)

    with pytest.raises(CommandError, match=r"ALERT.*events \(test mode\), 26 days") as error:
        stripe_reconcile("--testmode")
    fault.end()

    assert error.value.returncode == 2
    [logged] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert (logged.name, "events (test mode)" in logged.getMessage()) == ("pinax.stripe", True)
    if stripe_fails:
        assert "1 failed" in str(error.value)
        assert Reconciliation.objects.get().reached < days_ago(25)
    else:
        stripe_reconcile("--testmode")


@pytest.mark.django_db
def test_a_cursor_that_was_never_set_falls_behind_too(stripe, stripe_reconcile):
    with stripe.answering(status=403), pytest.raises(CommandError) as error:
        stripe_reconcile("--testmode")
    assert error.value.returncode == 1
    Reconciliation.objects.update(created_at=days_ago(26))

    with stripe.answering(status=403), pytest.raises(CommandError) as error:
        stripe_reconcile("--testmode")
    assert error.value.returncode == 2


@pytest.mark.django_db
def test_a_cursor_of_less_than_twenty_five_days_is_none(stripe_reconcile):
    stripe_reconcile("--testmode")
    Reconciliation.objects.update(reached=days_ago(24))

    assert "in all: 0 at Stripe" in stripe_reconcile("--testmode")


@pytest.mark.django_db
def test_a_dry_run_says_what_would_be_recovered(stripe, stripe_reconcile):
    stripe.event("charge.updated", build("charge"))

    assert "in all: 1 at Stripe, 0 here, 1 to be recovered\n" in stripe_reconcile("--testmode", "--dry-run")
    assert Event.objects.count() == Charge.objects.count() == Reconciliation.objects.count() == 0


@pytest.mark.django_db
def test_since_and_types_narrow_what_is_asked_for(stripe, stripe_reconcile):
    for kind in ("charge.updated", "charge.failed", "charge.captured"):
        stripe.event(kind, build("charge"))

    said = stripe_reconcile("--testmode", "--since", "3", "--types", "charge.updated", "charge.f*")

    assert "in all: 2 at Stripe, 0 here, 2 recovered" in said
    assert int(stripe.requests[0].query["created[gte]"]) % DAY == 0


@pytest.mark.django_db
def test_it_can_be_quiet(stripe, stripe_reconcile, accounts, monkeypatch):
    monkeypatch.setattr(progress, "INTERVAL", 0)
    assert "… events" in stripe_reconcile("--testmode")
    assert stripe_reconcile("--testmode", "--verbosity=0") == ""
    stripe.disconnect("acct_2")

    with pytest.raises(CommandError, match="1 failed"):
        stripe_reconcile("--testmode", "--verbosity=0")
    assert "denies the key access" in stripe_reconcile.errors.getvalue()


@pytest.mark.django_db
def test_ctrl_c_says_how_to_go_on(stripe_reconcile, monkeypatch):
    def interrupt(seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(rate_limiter, "sleep", interrupt)

    with pytest.raises(CommandError, match="Run the same command again") as error:
        stripe_reconcile("--rate", "0.1")
    assert error.value.returncode == 130


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--account", "../x"], "argument --account: '../x' is not the id of an account"),
        (["--since", "yesterday"], "date or number of days"),
        (["--types", "invoice.payd"], "Did you mean 'invoice.paid'"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(stripe, stripe_reconcile, args, said):
    with pytest.raises(CommandError, match=said):
        stripe_reconcile(*args)
    assert stripe.requests == []


@pytest.mark.parametrize(
    ("half_way", "rows_then"),
    [
        ("select count(*) from pinaxstripe_event where valid", range(120, 300)),
        ("select count(*) from pinaxstripe_event where processed", range(20, 300)),
    ],
    ids=["while recording", "while processing"],
)
@pytest.mark.loopback
def test_killed_half_way_it_ends_as_if_it_had_not_been(stripe, process, half_way, rows_then):
    for _ in range(300):
        stripe.advance(1)
        stripe.event("charge.updated", build("charge"))
    args = ["stripe_reconcile", "--testmode", "--rate", "1000"]

    def first(sql):
        with closing(sqlite3.connect(process.database, timeout=20)) as connection:
            return connection.execute(sql).fetchone()

    def so_far():
        try:
            return first(half_way)[0]
        except sqlite3.OperationalError:  # the tables are not there yet
            return 0

    with stripe.answering(delay=0.2, path="/v1/events"):  # time to kill it between two pages
        killed = process(*args)
        while so_far() < rows_then.start and killed.poll() is None:
            time.sleep(0.02)
        killed.kill()
        killed.communicate()
    assert killed.returncode == -9
    assert so_far() in rows_then
    assert first("select reached, finished_at from pinaxstripe_reconciliation") == (None, None)

    said, _ = process(*args).communicate()

    assert "in all: 300 at Stripe, " in said
    done = "select count(*), count(distinct stripe_id), sum(processed), sum(valid), max(attempts)"
    assert first(f"{done} from pinaxstripe_event") == (300, 300, 300, 300, 1)
    assert first("select count(*) from pinaxstripe_charge where synced_at is not null") == (300,)
    assert None not in first("select reached, finished_at from pinaxstripe_reconciliation")


@pytest.mark.django_db
def test_however_many_forged_events_wait_for_the_budget_a_genuine_one_is_done(
    stripe, stripe_reconcile, post_event, settings
):
    settings.PINAX_STRIPE_VALIDATION_BUDGET = 0
    genuine = stripe.event("charge.succeeded", build("charge"))
    invented = [{**genuine, "id": f"evt_invented{number}"} for number in range(120)]
    assert {post_event(body).status_code for body in [*invented[:60], genuine, *invented[60:]]} == {503}
    stripe.requests.clear()

    stripe_reconcile("--testmode")

    assert Event.objects.get(processed=True).stripe_id == genuine["id"]
    assert len([request for request in stripe.requests if "/v1/events" in str(request)]) == 1
