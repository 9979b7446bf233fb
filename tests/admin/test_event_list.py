"""The list of events: what it shows, its filters, its search."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from pinax.stripe.admin import states
from pinax.stripe.models import Customer, Event
from pinax.stripe.testing import build
from tests.admin.conftest import address_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(listed, every_event):
    """The names of the events that a list shows."""

    def names(**query):
        return {event.stripe_id.removeprefix("evt_") for event in listed(Event, **query)}

    return names


def state_shown(words):
    return f'">{words}</span>'


def test_it_says_of_each_event_what_happened_and_what_became_of_it(text, every_event):
    html = text(Event)

    for event in every_event.values():
        assert event.kind in html
        assert event.object_id in re.sub("</?span[^>]*>", "", html)
    for words in ("Processed", "Retrying", "Retrying receivers", "Given up", "Skipped", "Not acted on"):
        assert state_shown(words) in html
    assert '<span class="pinax-stripe-mode live">live</span>' in html
    assert '<span class="pinax-stripe-mode test">test</span>' in html
    assert ">acct_shop</a>" in html


def test_the_customer_is_named_for_those_who_may_see_customers(text, arrive, django_user_model, client):
    arrive("customer.created", build("customer", id="cus_ada", name="Ada Lovelace"))
    member = django_user_model.objects.create(username="support", is_staff=True)
    member.user_permissions.add(Permission.objects.get(codename="view_event"))
    client.force_login(member)

    assert "Ada Lovelace" in text(Event)
    html = client.get(address_of(Event)).content.decode()
    assert "Ada Lovelace" not in html
    assert "cus_ada" in html


def test_a_long_id_is_folded_and_can_be_copied_whole(page, arrive):
    arrive("ping", id="evt_1MqLN8LkdIwHu7ix")

    folded = '<span class="pinax-stripe-id" title="evt_1MqLN8LkdIwHu7ix">evt_1M<span>qLN8LkdIwH</span>u7ix</span>'
    assert folded in page(Event)


def test_an_event_that_nobody_has_tried_yet_waits(text, settings, arrive):
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"
    arrive("ping")

    assert state_shown("Waiting") in text(Event)


@pytest.fixture
def recorded(every_event):
    """Keep an event of one's own, with the facts of a state."""

    def recorded(name, **facts):
        created = timezone.now()
        Event.objects.create(stripe_id=name, kind="x", livemode=True, created=created, webhook_message={}, **facts)

    return recorded


def test_the_filter_of_a_state_finds_exactly_the_events_that_show_it(listed, recorded):
    soon, long_ago = timezone.now() + timedelta(hours=1), timezone.now() - timedelta(hours=1)
    recorded("evt_contradicted", valid=False, signed=True)
    recorded("evt_waiting", next_attempt_at=soon)
    recorded("evt_retrying", next_attempt_at=soon, attempts=1)
    recorded("evt_overdue", next_attempt_at=long_ago, attempts=1)
    by_state = {state.name: {e for e in Event.objects.all() if states.state_of(e) is state} for state in states.STATES}

    assert all(by_state.values())
    assert {name: listed(Event, status=name) for name in by_state} == by_state


ALL = {"processed", "forged", "unchecked", "failed", "given_up", "skipped", "live"}


FILTERS = [
    ({}, ALL),
    ({"status": "pending"}, {"failed", "given_up", "unchecked"}),
    ({"status": "unchecked"}, {"unchecked"}),
    ({"status": "given-up"}, {"given_up"}),
    ({"status": "invalid"}, {"forged"}),
    ({"status": "rotten"}, ALL),
    ({"processed__exact": "1"}, {"processed", "live"}),
    ({"processed__exact": "0"}, ALL - {"processed", "live"}),
    ({"skipped__exact": "1"}, {"skipped"}),
    ({"skipped__exact": "0"}, ALL - {"skipped"}),
    ({"skip_cause__exact": "switched off"}, {"skipped"}),
    ({"skip_cause__exact": "no key"}, set()),
    ({"status": "contradicted"}, set()),
    ({"mode": "live"}, {"live"}),
    ({"mode": "test"}, ALL - {"live"}),
    ({"kind": "charge.succeeded"}, {"processed", "forged"}),
    ({"kind": "c*"}, {"processed", "forged", "unchecked"}),
    ({"kind": " charge.* "}, {"processed", "forged"}),
    ({"kind": "charge."}, set()),
    ({"kind": "*.paid"}, {"failed", "skipped"}),
    ({"kind": "*"}, ALL),
    ({"kind": "p*.p*d"}, {"skipped"}),
    ({"kind": "[a-z]*"}, set()),
    ({"account": "acct_shop"}, {"live"}),
    ({"account": "platform"}, ALL - {"live"}),
    ({"account": "acct_shop", "mode": "test"}, set()),
    ({"receiver": "nobody"}, set()),
    ({"since": "2000-01-01"}, ALL),
    ({"until": "2000-01-01"}, set()),
    ({"since": "yesterday", "until": "0000-99-99"}, ALL),
    ({"since": "0001-01-01", "until": "9999-12-31"}, ALL),
    ({"kind": "charge.succeeded\0"}, {"processed", "forged"}),
    ({"kind": "charge.*", "status": "invalid"}, {"forged"}),
    ({"mode": "of transport"}, ALL),
]


def test_each_filter_lets_through_what_it_says(names):
    assert {str(query): names(**query) for query, _ in FILTERS} == {str(query): found for query, found in FILTERS}


@pytest.mark.parametrize("cause", Event.SkipCause)
def test_skipped_events_are_filtered_by_cause(listed, text, skipped_event, cause):
    Event.objects.update(skip_cause=cause)

    for other in Event.SkipCause:
        assert listed(Event, skip_cause__exact=other.value) == ({skipped_event} if other is cause else set())
    assert str(cause.label) in text(Event)
    assert str(cause.label) in text(skipped_event)


def test_the_events_at_which_a_receiver_fails_are_found_by_its_identity(listed, failed_event, given_up_event):
    receiver = failed_event.exceptions.get().receiver

    assert listed(Event, receiver=receiver) == {failed_event}
    Event.objects.filter(pk=failed_event.pk).update(processed=True, next_attempt_at=None)
    assert listed(Event, receiver=receiver) == set()


def test_the_days_are_those_of_the_time_zone_of_the_project(names, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    Event.objects.filter(stripe_id="evt_live").update(created=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))

    assert names(since="2026-02-01", until="2026-02-01") == {"live"}
    assert names(since="2026-01-31", until="2026-01-31") == set()


def test_the_date_filter_lets_through_what_was_created_since(names):
    Event.objects.filter(stripe_id="evt_live").update(created=timezone.now() - timedelta(days=40))

    week_ago = str(timezone.now() - timedelta(days=7))

    assert names(created__gte=week_ago) == ALL - {"live"}
    assert names(created__lt=week_ago) == {"live"}


def test_the_kind_that_was_typed_stays_in_the_form_with_the_other_filters(page, every_event):
    html = page(Event, kind='x"><script>', status="invalid", q="evt_1", p="1")

    assert 'name="kind" value="x&quot;&gt;&lt;script&gt;"' in html
    form = html[html.index('class="pinax-stripe-typed"') :]
    form = form[: form.index("</form>")]
    assert '<input type="hidden" name="status" value="invalid">' in form
    assert '<input type="hidden" name="q" value="evt_1">' in form
    assert 'name="p"' not in form
    assert '<option value="invoice.paid"></option>' in form
    assert form.count("list=") == 1


SEARCHES = {
    "evt_failed": {"failed"},
    " evt_failed ": {"failed"},
    "ch_forged": {"forged"},
    "cus_1": {"processed"},
    "acct_shop": {"live"},
    "req_1": {"live"},
    "evt_faile": set(),
    "vt_failed": set(),
    "EVT_FAILED": set(),
    "ch_": set(),
    "cus_": set(),
    "acct_": set(),
    "req_": set(),
    "evt_failed evt_live": set(),
    "%": set(),
    "": ALL,
}


def test_the_search_finds_whole_ids_and_nothing_else(names):
    Event.objects.filter(stripe_id="evt_live").update(request_id="req_1")

    assert {searched: names(q=searched) for searched in SEARCHES} == SEARCHES


def test_the_search_finds_the_events_of_a_deleted_customer(names):
    Customer.all_objects.filter(stripe_id="cus_1").update(deleted_at=timezone.now())

    assert names(q="cus_1") == {"processed"}


def test_a_search_for_a_nul_finds_everything_and_breaks_nothing(names):
    assert names(q="evt_\0") == ALL


@pytest.mark.parametrize("column", ["webhook_message", "validated_message"])
def test_nobody_searches_the_messages_by_way_of_the_address(admin_client, column):
    assert admin_client.get(f"/admin/pinax_stripe/event/?{column}__contains=secret").status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        {"stripe_id": "\0"},
        {"kind__in": "ping,\0"},
        {"stripe_id__regex": "("},
        {"stripe_id__regex": "(a+)+$"},
        {"verification_note__icontains": "a"},
        {"created__year": "0"},
        {"created__year__gte": "999999999999"},
        {"received_at__date": "2026-11-25"},
    ],
    ids=str,
)
def test_an_address_narrows_the_list_by_values_only_and_breaks_nothing(asked, admin_client, every_event):
    assert admin_client.get("/admin/pinax_stripe/event/", asked).status_code == 400


def test_what_is_typed_to_choose_a_customer_breaks_nothing(admin_client, processed_event):
    choice = {"app_label": "pinax_stripe", "model_name": "event", "field_name": "customer"}

    answers = {
        term: admin_client.get("/admin/autocomplete/", {**choice, "term": term}).json()["results"]
        for term in ("\0", "cus_1\0", "cus_1")
    }

    assert [[found["text"] for found in results] for results in answers.values()] == [[], [], ["cus_1"]]


def test_the_object_leads_to_the_list_that_has_it(page, listed, processed_event):
    from pinax.stripe.models import Charge

    assert '<a href="/admin/pinax_stripe/charge/?q=ch_processed">ch_processed</a>' in page(Event)
    assert {charge.stripe_id for charge in listed(Charge, q="ch_processed")} == {"ch_processed"}


def test_an_event_without_an_object_has_an_empty_place_for_it(page, arrive):
    arrive("ping")

    assert '<td class="field-carried"></td>' in page(Event).replace("-</td>", "</td>")


def test_the_list_can_be_asked_for_without_the_kind(admin_client, rf, every_event):
    cl = admin_client.get("/admin/pinax_stripe/event/", {"kind": "charge.*"}).context["cl"]

    assert cl.queryset.count() == 2
    assert cl.get_queryset(rf.get("/"), exclude_parameters=["kind"]).count() == len(ALL)
