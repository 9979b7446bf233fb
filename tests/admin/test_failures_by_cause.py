"""What a deploy broke is one line, and one confirmation runs all of it again."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pinax.stripe import operations
from pinax.stripe.admin import failures
from pinax.stripe.models import Event, EventReplay
from pinax.stripe.operations.causes import causes, shape_of
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from tests.admin.conftest import address_of

pytestmark = pytest.mark.django_db

FAILURES = reverse("admin:pinax_stripe_event_failures")


@pytest.fixture
def shop(connect):
    """A receiver that fails as long as the warehouse is down, with another message each time."""

    class Shop:
        is_open = False

    def ship(instance, **kwargs):
        if not Shop.is_open:
            raise RuntimeError(f"no box for order {instance.pk} of {instance.stripe_id}")

    connect(WEBHOOK_SIGNALS["invoice.paid"], ship)
    return Shop


@pytest.fixture
def broken(shop, arrive):
    return [arrive("invoice.paid", build("invoice"), answer=503) for _ in range(3)]


def test_events_that_fail_for_the_same_cause_are_one_line(admin_client, broken, unchecked_event):
    html = admin_client.get(FAILURES).content.decode()

    first, second = causes()
    assert (first.error, first.shape, len(first.events)) == ("RuntimeError", "no box for order … of …", 3)
    assert (second.stage, second.events) == ("verify", [unchecked_event.pk])
    assert first.since == min(event.exceptions.get().created_at for event in broken)
    assert f'<a href="/admin/pinax_stripe/event/?cause={first.key}">3</a>' in html
    assert "no box for order … of …" in html
    assert "Replay all 3…" in html
    assert address_of(broken[-1]) in html


def test_the_number_leads_to_the_events(listed, broken, unchecked_event):
    assert listed(Event, cause=causes()[0].key) == set(broken)
    assert listed(Event, cause="of another time") == set()


def test_one_confirmation_runs_all_of_them_again(admin_client, shop, broken, unchecked_event):
    shop.is_open = True
    address = reverse("admin:pinax_stripe_event_operate", args=["replay"])
    confirmation = admin_client.get(address, {"cause": causes()[0].key})
    assert "Replay: 3 events" in confirmation.content.decode()

    admin_client.post(address, {"pk": confirmation.context["keys"], "reason": "the warehouse is back"})

    assert not Event.objects.filter(pk__in=[event.pk for event in broken], processed=False).exists()
    assert [row.outcome for row in EventReplay.objects.all()] == ["processed"] * 3
    assert [cause.stage for cause in causes()] == ["verify"]


def test_an_event_counts_for_its_last_error_only(failed_event):
    failed_event.exceptions.create(stage="sync", message="KeyError: 'x'", traceback="x")

    [cause] = causes()

    assert (cause.stage, cause.error, cause.shape) == ("sync", "KeyError", "…")


def test_of_too_many_failing_events_the_latest_are_grouped(admin_client, monkeypatch, broken):
    monkeypatch.setattr(operations.causes, "MOST", 2)
    monkeypatch.setattr(failures, "MOST", 2)

    [cause] = causes()

    assert cause.events == [broken[1].pk, broken[2].pk]
    assert "Only the latest 2 are grouped." in admin_client.get(FAILURES).content.decode()


def test_what_is_not_pending_any_more_does_not_fail(failed_event, forged_event, skipped_event):
    Event.objects.filter(pk=failed_event.pk).update(processed=True, next_attempt_at=None)

    assert causes() == []


def test_without_failures_the_page_says_so(admin_client):
    assert "No event fails." in admin_client.get(FAILURES).content.decode()


@pytest.fixture
def member(db):
    def member(*codenames):
        user = User.objects.create(username="support", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(user)
        return client

    return member


def test_without_the_permission_for_payloads_no_message_is_shown(member, broken):
    client = member("view_event", "view_eventprocessingexception")

    html = client.get(FAILURES).content.decode()

    assert "RuntimeError" in html
    assert "no box for" not in html
    assert "Replay" not in html


@pytest.mark.parametrize("codename", ["view_event", "view_eventprocessingexception"])
def test_who_may_not_see_events_or_errors_does_not_see_the_page(member, codename, broken):
    assert member(codename).get(FAILURES).status_code == 403


def test_the_page_costs_the_same_however_many_events_fail(admin_client, shop, broken, arrive):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(FAILURES)
        return [query["sql"] for query in captured.captured_queries if "pinaxstripe_" in query["sql"]]

    few = statements()
    for _ in range(3):
        arrive("invoice.paid", build("invoice"), answer=503)

    assert len(statements()) == len(few) == 4


def test_hostile_messages_are_escaped(admin_client, failed_event):
    script = "<script>alert(1)</script>"
    failed_event.exceptions.create(stage="receiver", receiver=script, message=script, traceback=script)

    html = admin_client.get(FAILURES).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(" in html


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("no box for in_1MtHbELkdIwHu7ix", "no box for in_9"),
        ("order 12 of 30.5", "order 7 of 1,000"),
        ("no such key: 'ada@example.com'", "no such key: 'grace@example.com'"),
        ("<object at 0x7f1>", "<object at 0x99a>"),
        ("a\n  b 1", "a b 2"),
        ("no box for oEuFya0y", "no box for Rm8LUK2N"),
    ],
)
def test_messages_that_differ_in_values_have_the_same_shape(one, other):
    assert shape_of(one) == shape_of(other)


def test_an_id_without_a_digit_is_an_id_too():
    assert shape_of("no box for in_OdIsTVMyQwErTy") == shape_of("no box for in_1NxY2TVMyQwErT") == "no box for …"


def test_messages_that_differ_in_words_do_not():
    assert shape_of("no box for in_1") != shape_of("no stamp for in_1")
