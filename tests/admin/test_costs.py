"""What pages cost: the same number of statements, whatever is kept."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinax.stripe.admin import paginator
from pinax.stripe.models import Charge, Customer, Event, EventProcessingException, EventReceipt, RejectedDelivery
from pinax.stripe.testing import build
from tests.admin.conftest import address_of
from tests.admin.rows import MODELS, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def statements_of(admin_client):
    """The statements that a page asks, without the ones that know who is there and hold the request together."""

    def statements_of(what, **query):
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(address_of(what), query).status_code == 200
        # MySQL and MariaDB put names in backticks.
        asked = [query["sql"].replace("`", '"') for query in captured.captured_queries]
        return [sql for sql in asked if 'FROM "pinaxstripe_' in sql or "FROM (SELECT" in sql]

    return statements_of


def many_more(rows, number=40):
    """Keep a row many times over, each with an id of its own."""
    for row in rows:
        name = getattr(row, "stripe_id", "")
        for copy in range(number):
            row.pk = None
            if isinstance(row, Event | Charge):
                row.stripe_id = f"{name}_{copy}"
            if isinstance(row, EventReceipt):
                row.receiver = f"shop.receivers.number_{copy}"
            row.save(force_insert=True)


@pytest.mark.parametrize("model", [Event, Charge, EventProcessingException, EventReceipt, RejectedDelivery])
def test_a_list_costs_two_statements_however_many_rows_there_are(
    model, statements_of, processed_event, failed_event, half_way_event, forged_event
):
    few = statements_of(model, o="")
    many_more(list(model._base_manager.all()))

    many = statements_of(model, o="")

    assert len(few) == len(many) == 2, "\n".join(many)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_list_of_any_model_costs_the_same_for_one_row_and_for_many(model, statements_of):
    row_of(model, "x")
    few = statements_of(model, o="")
    for _ in range(5):
        row_of(model, "x")

    many = statements_of(model, o="")

    assert len(few) == len(many) == 2, "\n".join(many)


@pytest.mark.parametrize("model", [Event, Charge, EventProcessingException, EventReceipt, RejectedDelivery])
def test_a_list_reads_no_payload_and_counts_no_further_than_its_bound(model, statements_of, failed_event):
    count, rows = statements_of(model, o="")

    assert f"LIMIT {paginator.MOST_LISTED + 1}" in count
    for column in ("webhook_message", "validated_message", "traceback", "body", "data"):
        assert f'"{column}"' not in rows


@pytest.mark.usefixtures("processed_event", "failed_event", "half_way_event", "forged_event")
@pytest.mark.parametrize(
    ("model", "searched", "asked"),
    [
        (Event, "cus_1", ["customer", "event", "event", "event", "event", "event", "event"]),
        (Event, "evt_processed", ["customer", "event", "event", "event", "event", "event"]),
        (Charge, "cus_1", ["charge", "charge", "customer"]),
        (EventProcessingException, "evt_failed", ["event", "eventprocessingexception"]),
        (EventReceipt, "evt_half_way", ["event", "eventreceipt"]),
        (RejectedDelivery, "evt_forged", ["rejecteddelivery"]),
    ],
)
def test_a_search_asks_one_index_after_the_other(statements_of, model, searched, asked):
    *lookups, _count, _rows = statements_of(model, q=searched)

    assert sorted(sql.partition('FROM "pinaxstripe_')[2].partition('"')[0] for sql in lookups) == asked
    assert not any(" OR " in sql for sql in lookups)


def test_a_search_for_what_is_not_there_asks_no_more_than_that(statements_of):
    assert len(statements_of(Event, q="evt_1")) == 6


def test_no_search_looks_for_a_part_of_something(statements_of, processed_event):
    for model in (Event, Charge, Customer):
        for sql in statements_of(model, q="cus_1"):
            assert "LIKE" not in sql.upper()


def test_the_page_of_an_event_costs_the_same_however_much_went_wrong(
    statements_of, unchecked_event, forged_event, half_way_event
):
    for event, cost in ((unchecked_event, 5), (forged_event, 5), (half_way_event, 6)):
        statements_of(event)  # Django looks up what it then remembers
        few = statements_of(event)
        for number in range(40):
            event.exceptions.create(stage="sync", message="x", traceback="x")
            event.receipts.create(receiver=f"shop.receivers.number_{number}")
            event.rejected.create(stripe_id=event.stripe_id, reason="x", body="{}")

        many = statements_of(event)

        assert len(few) == len(many) == cost, "\n".join(many)


def test_the_page_of_an_object_costs_two_statements_with_all_that_it_refers_to(statements_of, arrive):
    customer = build("customer", id="cus_1")
    event = arrive("customer.created", customer)
    arrive("charge.succeeded", build("charge", customer="cus_1"))
    charge = Charge.objects.get()

    assert len(statements_of(charge)) == 2
    many_more([event])
    assert len(statements_of(charge)) == 2


def test_a_long_list_can_be_paged_through_up_to_its_bound_and_says_so(admin_client, monkeypatch, processed_event):
    monkeypatch.setattr(paginator, "MOST_LISTED", 60)
    many_more([processed_event], number=70)

    response = admin_client.get(address_of(Event), {"p": "2"})

    cl = response.context["cl"]
    assert (cl.result_count, len(cl.result_list)) == (60, 10)
    html = response.content.decode()
    assert "There are more than 60" in html
    assert "60+ events" in html


def test_a_short_list_says_nothing_of_bounds(page, processed_event):
    assert "There are more than" not in page(Event)
