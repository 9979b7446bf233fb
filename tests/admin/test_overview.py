"""The overview: figures that are the rows behind them, a chart with its numbers in words, models in groups."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pinax.stripe.admin import chart, overview
from pinax.stripe.models import CommandRun, Customer, Event, PaymentIntent, Reconciliation, RejectedDelivery
from tests.admin.conftest import address_of
from tests.admin.rows import MODELS

pytestmark = pytest.mark.django_db

INDEX = reverse("admin:app_list", args=["pinax_stripe"])


@pytest.fixture
def index(admin_client):
    """The page of the app as a superuser sees it."""

    def index():
        return admin_client.get(INDEX).content.decode()

    return index


@pytest.fixture
def recorded():
    """Keep an event of one's own, with the facts of a state."""

    def recorded(name, **facts):
        facts = {"created": timezone.now(), "kind": "x", "livemode": True, **facts}
        return Event.objects.create(stripe_id=name, webhook_message={}, **facts)

    return recorded


@pytest.fixture
def every_figure(recorded):
    """Events and deliveries, another number of them for each figure."""
    soon, late = timezone.now() + timedelta(hours=1), timezone.now() - timedelta(hours=2)
    numbers = iter(range(100))

    def several(number, **facts):
        for _ in range(number):
            recorded(f"evt_{next(numbers)}", **facts)

    several(1, valid=True, next_attempt_at=soon)
    several(2, valid=True, next_attempt_at=soon, attempts=1)
    several(3, valid=True, next_attempt_at=late, attempts=1)
    several(4, valid=True, given_up_at=late, attempts=12)
    several(5, valid=False)
    several(6, valid=False, signed=True)
    several(7, valid=True, skipped=True, skip_cause="no key")
    several(8, valid=True, processed=True)
    RejectedDelivery.objects.create(cause="unreadable", reason="x", body="x")
    Reconciliation.objects.create(livemode=True, reached=timezone.now())


def figures_in(html):
    found = re.findall(r"<dt>(.*?)</dt><dd><a href=\"(.*?)\">(.*?)</a></dd>", html)
    return {unescape(words): (unescape(address), value) for words, address, value in found}


@pytest.mark.parametrize("page", [INDEX, address_of(Event)])
def test_each_figure_is_the_number_of_the_rows_that_it_leads_to(page, admin_client, every_figure):
    figures = figures_in(admin_client.get(page).content.decode())

    counted = {words: int(value) for words, (_address, value) in figures.items() if value.isdecimal()}
    assert counted == {
        "due": 3,
        "failing": 5,
        "given up": 4,
        "invalid in 24 h": 11,
        "signed, but contradicted": 6,
        "signed, but unreadable": 1,
        "live, without a key": 7,
    }
    for words, number in counted.items():
        assert admin_client.get(figures[words][0]).context["cl"].result_count == number, words


def test_the_times_lead_to_their_rows_too(admin_client, index, every_figure):
    figures = figures_in(index())

    assert figures["stripe_process"][1] == "not running for 2.0 h"
    assert admin_client.get(figures["stripe_process"][0]).context["cl"].result_count == 3
    assert admin_client.get(figures["oldest pending"][0]).context["cl"].result_count == 10
    assert admin_client.get(figures["lag"][0]).context["cl"].result_count == Event.objects.count()
    assert "complete until" in figures["stripe_reconcile"][1]


def test_an_empty_inbox_is_quiet_and_says_that_the_commands_have_never_run(index):
    html = index()

    figures = figures_in(html)
    assert figures["stripe_process"][1] == "has never run"
    assert figures["stripe_reconcile"][1] == "has never run"
    assert 'class="bad"' not in html
    assert "<svg viewBox" not in html


def test_it_says_when_stripe_process_was_last_active(index):
    now = timezone.now()
    CommandRun.objects.create(name="stripe_process", started_at=now, active_at=now - timedelta(minutes=30))

    assert figures_in(index())["stripe_process"] == (address_of(CommandRun), "active 30 min ago")


def test_the_chart_says_the_same_in_numbers_that_lead_to_the_events(index, admin_client, recorded):
    now = timezone.now()
    states = [
        {"valid": True, "processed": True},
        {"skipped": True},
        {"valid": False},
        {"valid": True, "given_up_at": now},
        {"valid": True, "next_attempt_at": now},
    ]
    for age in (0, 3, 13):
        for number, facts in enumerate(states):
            for copy in range(number + 1):
                recorded(f"evt_{age}_{number}_{copy}", created=now - timedelta(days=age), **facts)
    recorded("evt_old", created=now - timedelta(days=14))

    html = index()

    assert "45 events of the last 14 days" in html
    assert html.count("<rect") == 15
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", html)
    numbers = [[int(number) for number in re.findall(r"(\d+)(?:</a>)?</td>", cells)] for _day, cells in rows]
    assert [row for row in numbers if any(row)] == [[1, 2, 3, 4, 5]] * 3
    for address, number in re.findall(r"<td><a href=\"(.*?)\">(\d+)</a></td>", html):
        assert admin_client.get(unescape(address)).context["cl"].result_count == int(number)


def test_it_asks_the_same_number_of_statements_however_many_events_there_are(index, recorded):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            index()
        return [query["sql"] for query in captured.captured_queries if "pinaxstripe_" in query["sql"]]

    recorded("evt_1", valid=True, processed=True)
    few = statements()
    for number in range(20):
        recorded(f"evt_many_{number}", valid=True, processed=number % 2 == 0, created=timezone.now())

    # The lag is asked for once there are confirmed events: never more than this.
    assert len(statements()) == len(few) <= 16


def test_every_model_is_in_a_group_and_the_operational_ones_come_first(index, rf, admin_user):
    html = index()

    named = {name for _words, names in overview.GROUPS for name in names.split()}
    assert {model.__name__ for model in MODELS} - named == {"OtherObject"}
    order = [
        html.index(f'id="pinax_stripe-{name.lower()}"') for name in ("Event", "Reconciliation", "Customer", "Price")
    ]
    assert order == sorted(order)
    assert "Others" in html


def test_who_may_not_see_events_sees_no_figures(every_figure):
    user = User.objects.create(username="support", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_customer"))
    client = Client()
    client.force_login(user)

    html = client.get(INDEX).content.decode()

    assert "Customers" in html
    assert "pinax-stripe-overview" not in html
    assert "<svg viewBox" not in html


def test_nothing_is_styled_or_scripted_inline(index, page, every_figure):
    for html in (index(), page(Event)):
        assert not re.search(
            r"<style|\sstyle=|<script>|\son[a-z]+=", html.partition('id="main"')[2].partition("<footer")[0]
        )


def test_the_chart_knows_its_days_without_time_zones_too(settings):
    settings.USE_TZ = False

    assert chart.localdate() == timezone.now().date()


@pytest.fixture
def empty_cache():
    """Nothing is in the cache, before and afterwards."""
    cache.clear()
    yield
    cache.clear()


def counting(index):
    """How many statements count the events of the chart."""
    with CaptureQueriesContext(connection) as captured:
        index()
    return sum("GROUP BY" in query["sql"] and "CASE" in query["sql"] for query in captured.captured_queries)


@pytest.mark.usefixtures("empty_cache")
def test_the_chart_of_many_events_is_counted_once_in_some_minutes(index, recorded, monkeypatch):
    monkeypatch.setattr(chart, "MANY", 2)
    recorded("evt_1", processed=True, valid=True)
    assert [counting(index) for _ in range(2)] == [1, 1]
    recorded("evt_2", processed=True, valid=True)
    assert [counting(index) for _ in range(2)] == [1, 0]
    recorded("evt_3", processed=True, valid=True)

    assert "2 events of the last 14 days" in index()


@pytest.mark.usefixtures("empty_cache")
def test_the_chart_of_few_events_is_never_old(index, recorded):
    recorded("evt_1", processed=True, valid=True)
    assert "1 event of the last 14 days" in index()
    recorded("evt_2", processed=True, valid=True)

    assert "2 events of the last 14 days" in index()


class BrokenCache(LocMemCache):
    """A cache whose server is away."""

    def get(self, *args, **kwargs):
        raise ConnectionError("no cache")

    set = get


def test_without_a_cache_the_chart_is_counted_each_time(index, recorded, settings, caplog, monkeypatch):
    monkeypatch.setattr(chart, "MANY", 1)
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.BrokenCache"}}
    recorded("evt_1", processed=True, valid=True)

    assert [counting(index) for _ in range(2)] == [1, 1]
    assert "the counts of the admin's chart cannot be read from the cache: ConnectionError" in caplog.text


def test_the_heading_of_a_group_leads_to_its_first_list(index):
    html = index()

    for model, words in ((Event, "Events"), (Customer, "Customers"), (PaymentIntent, "Payments")):
        assert re.search(rf'<a href="{address_of(model)}" class="section"[^>]*>\s*{words}\s*</a>', html), words
