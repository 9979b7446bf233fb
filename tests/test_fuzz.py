"""A short run of ``make fuzz``, and the proof that it sees what it is to see."""

import json
from collections import Counter

import pytest
from django.db import connection

from pinax.stripe.models import Event
from pinax.stripe.signals import any_event
from tests.fuzz import run as running
from tests.fuzz.posts import Post, signed
from tests.fuzz.run import Broken, Run

pytestmark = pytest.mark.django_db


def test_a_thousand_posts_break_no_promise(monkeypatch):
    monkeypatch.setattr(running, "AT_A_TIME", 10)
    run = Run(seed=1)

    run.go(most=1_000)

    statuses = Counter()
    for (_, status), number in run.answers.items():
        statuses[status] += number
    assert sum(statuses.values()) == 1_000
    assert set(statuses) <= running.ALLOWED | {503}
    assert statuses[503] == run.refused
    # It gets everywhere: through each door with success and without, to Stripe, and into the tables.
    assert {(door, status) for door in running.DOORS for status in (200, 400)} <= set(run.answers)
    assert run.asked
    assert Event.objects.filter(valid=True).exists()
    assert Event.objects.filter(valid=False).exists()
    assert "1000 posts" in run.report()


def test_it_ends_after_so_many_seconds():
    run = Run(seed=2)

    run.go(seconds=0.001)

    assert run.number <= running.AT_A_TIME


@pytest.fixture
def run():
    run = Run(seed=3)
    with run.watched():
        yield run


def genuine(run, **changes):
    return Post("POST", json.dumps({**run.events[1], **changes}).encode(), {}, False)


def test_a_genuine_event_goes_through_each_door(run):
    post = genuine(run)
    vouched = post._replace(headers={"HTTP_STRIPE_SIGNATURE": signed(post.body)}, is_signed=True)

    assert run.post("open", post) == 200
    assert run.post("open", vouched) == 200


def test_an_error_that_gets_out_ends_the_run(run):
    def refuse(execute, sql, *statement):
        return 1 / 0 if sql.startswith("INSERT") else execute(sql, *statement)

    post = genuine(run)

    with connection.execute_wrapper(refuse), pytest.raises(Broken, match="could not be recorded or processed"):
        run.post("open", post)


def test_a_5xx_ends_the_run(run, connect):
    def refuse(**kwargs):
        raise RuntimeError("no")

    connect(any_event, refuse)

    with pytest.raises(Broken, match="answered 503"):
        run.post("open", genuine(run))


def test_acting_on_what_nobody_has_confirmed_ends_the_run(run, settings):
    post = genuine(run)
    settings.PINAX_STRIPE_VALIDATION = "signature"
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [running.SECRET]
    vouched = post._replace(headers={"HTTP_STRIPE_SIGNATURE": signed(post.body)})

    with pytest.raises(Broken, match="nobody signed"):
        run.post("alone", vouched)
    run._heard.clear()
    forged = genuine(run, id="evt_other")
    with pytest.raises(Broken, match="does not know like that"):
        run.post("signed", forged._replace(headers={"HTTP_STRIPE_SIGNATURE": signed(forged.body)}))


def test_a_path_at_stripe_that_is_none_ends_the_run(run):
    for path in ("/v1/events/../x", "/v2/core", "/v1/events/a b", "/v1/a/.."):
        assert not running.PATH.fullmatch(path)
    assert running.PATH.fullmatch("/v1/customers/cus_1/tax_ids/..x%2F")


def test_too_many_statements_a_broken_line_or_too_many_rows_end_the_run(run, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(running, "MOST_STATEMENTS", 0)
        with pytest.raises(Broken, match="statements"):
            run.post("open", genuine(run))
    run._lines.append("a\nb")
    with pytest.raises(Broken, match="the log has the line"):
        run.post("open", genuine(run))
    run.ids.clear()
    Event.objects.create(
        stripe_id="evt_9", kind="ping", livemode=False, created="2026-01-01T00:00Z", webhook_message={}
    )
    with pytest.raises(Broken, match="rows of Event"):
        run.check_tables()


def test_a_process_that_grows_ends_the_run(monkeypatch):
    monkeypatch.setattr(running, "GROWTH", -(1 << 40))

    with pytest.raises(Broken, match="grew from"):
        Run(seed=4).go(most=200)
