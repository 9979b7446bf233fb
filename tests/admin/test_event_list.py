"""The list of events: what it shows, its filters, its search."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pinax.stripe.models import Customer, Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(listed, every_event):
    """The names of the events that a list shows."""

    def names(**query):
        return {event.stripe_id.removeprefix("evt_") for event in listed(Event, **query)}

    return names


def test_it_says_of_each_event_what_happened_whether_it_is_true_and_what_became_of_it(text, every_event):
    html = text(Event)

    for event in every_event.values():
        assert event.kind in html
        assert f">{event.object_id}</a>" in html
    for words in ("Confirmed", "Not confirmed", "Not asked yet"):
        assert f'alt=""> {words}</span>' in html
    for words in ("Processed", "Failed", "Waiting for receivers", "Given up", "Skipped", "Not acted on"):
        assert f'alt=""> {words}</span>' in html
    assert ">live</td>" in html
    assert ">test</td>" in html
    assert ">acct_shop</a>" in html
    assert ">cus_1</a>" in html


def test_an_event_that_nobody_has_tried_yet_waits(text, settings, arrive):
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"
    arrive("ping")

    assert "Waiting" in text(Event)


ALL = {"processed", "forged", "unchecked", "failed", "given_up", "skipped", "live"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ALL),
        ({"confirmed": "yes"}, {"processed", "failed", "given_up", "live"}),
        ({"confirmed": "no"}, {"forged"}),
        ({"confirmed": "unknown"}, {"unchecked", "skipped"}),
        ({"processed__exact": "1"}, {"processed", "live"}),
        ({"processed__exact": "0"}, ALL - {"processed", "live"}),
        ({"failed": "yes"}, {"failed", "given_up", "unchecked"}),
        ({"failed": "no"}, ALL - {"failed", "given_up", "unchecked"}),
        ({"failed": "receivers"}, {"failed"}),
        ({"failed": "given-up"}, {"given_up"}),
        ({"skipped__exact": "1"}, {"skipped"}),
        ({"skipped__exact": "0"}, ALL - {"skipped"}),
        ({"skip_cause__exact": "switched off"}, {"skipped"}),
        ({"skip_cause__exact": "no key"}, set()),
        ({"confirmed": "contradicted"}, set()),
        ({"mode": "live"}, {"live"}),
        ({"mode": "test"}, ALL - {"live"}),
        ({"kind": "charge.succeeded"}, {"processed", "forged"}),
        ({"kind": "c*"}, {"processed", "forged", "unchecked"}),
        ({"kind": " charge.* "}, {"processed", "forged"}),
        ({"kind": "charge."}, set()),
        ({"kind": "*.paid"}, set()),
        ({"kind": "charge.succeeded\0"}, {"processed", "forged"}),
        ({"kind": "charge.*", "confirmed": "no"}, {"forged"}),
        ({"mode": "of transport"}, ALL),
    ],
)
def test_each_filter_lets_through_what_it_says(names, query, found):
    assert names(**query) == found


@pytest.mark.parametrize("cause", Event.SkipCause)
def test_skipped_events_are_filtered_by_cause(listed, text, skipped_event, cause):
    Event.objects.update(skip_cause=cause)

    for other in Event.SkipCause:
        assert listed(Event, skip_cause__exact=other.value) == ({skipped_event} if other is cause else set())
    assert str(cause.label) in text(Event)
    assert str(cause.label) in text(skipped_event)


def test_signed_events_that_stripe_contradicts_are_marked_and_found(listed, page, forged_event, unchecked_event):
    contradicted = unchecked_event
    Event.objects.filter(pk=contradicted.pk).update(valid=False, signed=True)

    assert listed(Event, confirmed="contradicted") == {contradicted}
    assert listed(Event, confirmed="no") == {contradicted, forged_event}
    assert page(Event).count('alt=""> Not confirmed, though signed</span>') == 1
    contradicted.refresh_from_db()
    assert 'alt=""> Not confirmed, though signed</span>' in page(contradicted)
    assert "though signed</span>" not in page(forged_event)


def test_failed_is_what_the_queryset_calls_failed(names):
    failed = {event.stripe_id.removeprefix("evt_") for event in Event.objects.failed()}

    assert names(failed="yes") == failed
    assert names(failed="no") == ALL - failed
    given_up = {event.stripe_id.removeprefix("evt_") for event in Event.objects.given_up()}
    assert names(failed="given-up") == given_up == {"given_up"}


def test_the_date_filter_lets_through_what_was_created_since(names):
    Event.objects.filter(stripe_id="evt_live").update(created=timezone.now() - timedelta(days=40))

    week_ago = str(timezone.now() - timedelta(days=7))

    assert names(created__gte=week_ago) == ALL - {"live"}
    assert names(created__lt=week_ago) == {"live"}


def test_the_kind_that_was_typed_stays_in_the_form_with_the_other_filters(page, every_event):
    html = page(Event, kind='x"><script>', confirmed="no", q="evt_1", p="1")

    assert 'name="kind" value="x&quot;&gt;&lt;script&gt;"' in html
    form = html[html.index('class="pinax-stripe-kind"') :]
    form = form[: form.index("</form>")]
    assert '<input type="hidden" name="confirmed" value="no">' in form
    assert '<input type="hidden" name="q" value="evt_1">' in form
    assert 'name="p"' not in form
    assert '<option value="invoice.paid"></option>' in form


@pytest.mark.parametrize(
    ("searched", "found"),
    [
        ("evt_failed", {"failed"}),
        (" evt_failed ", {"failed"}),
        ("ch_forged", {"forged"}),
        ("cus_1", {"processed"}),
        ("acct_shop", {"live"}),
        ("req_1", {"live"}),
        ("evt_faile", set()),
        ("vt_failed", set()),
        ("EVT_FAILED", set()),
        ("ch_", set()),
        ("cus_", set()),
        ("acct_", set()),
        ("req_", set()),
        ("evt_failed evt_live", set()),
        ("%", set()),
        ("", ALL),
    ],
)
def test_the_search_finds_whole_ids_and_nothing_else(names, searched, found):
    Event.objects.filter(stripe_id="evt_live").update(request_id="req_1")

    assert names(q=searched) == found


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
