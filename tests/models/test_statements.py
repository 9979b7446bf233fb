from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import F, Q
from django.db.models.signals import post_save
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pinax.stripe.models import Charge, Customer, Event
from pinax.stripe.models.parameters import Parameter
from pinax.stripe.models.statements import MOST_KEPT, MOST_ROWS, field_of, insert, insert_many, select, update

pytestmark = pytest.mark.django_db


def compiled():
    return vars(connections["default"]).setdefault("pinax_stripe_statements", {})


def an_event(stripe_id="evt_1", **values):
    created = timezone.now()
    return Event(stripe_id=stripe_id, kind="ping", livemode=False, created=created, webhook_message={}, **values)


def a_charge(stripe_id="ch_1", **values):
    return Charge(stripe_id=stripe_id, livemode=False, **values)


def columns_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {
            "valid": True,
            "processed": True,
            "receivers": {"shop.pay": 0.25},
            "validated_message": {"é": [1, None, "\\u0000"]},
        },
        {"given_up_at": timezone.now(), "attempts": 3, "verification_note": "100 % “sure” \\ ' ;"},
    ],
    ids=["defaults", "JSON", "text and times"],
)
def test_insert_stores_what_the_orm_would_store(values):
    ours, theirs = an_event("evt_1", **values), an_event("evt_2", **values)

    insert(ours, "default")
    theirs.save(force_insert=True)

    apart = {"stripe_id": "", "received_at": None, "created": None}
    stored = [columns_of(Event.objects.get(pk=row.pk)) | apart for row in (ours, theirs)]
    assert stored[0] == stored[1]
    assert columns_of(ours) | apart == stored[0]


def test_an_inserted_instance_is_saved_as_any_other():
    event = an_event()
    insert(event, "default")

    event.verification_note = "seen"
    event.save()

    assert Event.objects.get().verification_note == "seen"
    assert event.received_at is not None


def test_insert_refuses_a_second_row_of_the_same_id():
    insert(an_event(), "default")

    with pytest.raises(IntegrityError):
        insert(an_event(), "default")


def test_a_statement_that_fails_lets_its_transaction_be_rolled_back():
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            insert(an_event(), "default")
            insert(an_event(), "default")
        assert not transaction.get_rollback()

        with pytest.raises(TransactionManagementError), transaction.atomic():
            insert(an_event(), "default")
            with suppress(IntegrityError):
                insert(an_event(), "default")
            Event.objects.count()

    assert Event.objects.count() == 0


def test_insert_sends_the_signals_that_a_project_listens_to():
    saved = []

    def note(instance, created, **kwargs):
        saved.append((instance.stripe_id, created))

    post_save.connect(note, sender=Charge)
    try:
        insert(a_charge(), "default")
    finally:
        post_save.disconnect(note, sender=Charge)

    assert saved == [("ch_1", True)]


def test_update_changes_the_rows_that_match_and_says_how_many():
    for number in range(3):
        insert(a_charge(f"ch_{number}", amount=number), "default")

    changed = update(Charge, "default", {"amount": 7, "currency": "eur"}, stripe_id="ch_1", amount=1)
    unchanged = update(Charge, "default", {"amount": 8}, stripe_id="ch_1", amount=1)

    assert (changed, unchanged) == (1, 0)
    assert sorted(Charge.objects.values_list("amount", "currency")) == [(0, ""), (2, ""), (7, "eur")]


def test_a_condition_with_none_matches_null():
    insert(a_charge("ch_1"), "default")
    insert(a_charge("ch_2", amount=5), "default")

    assert update(Charge, "default", {"currency": "usd"}, amount=None) == 1
    assert update(Charge, "default", {"currency": "eur"}, amount=5) == 1
    assert dict(Charge.objects.values_list("stripe_id", "currency")) == {"ch_1": "usd", "ch_2": "eur"}


def test_update_sets_none_json_references_and_expressions():
    customer = Customer.objects.create(stripe_id="cus_1", livemode=False)
    charge = a_charge(amount=1, paid=True, data={"old": 1})
    insert(charge, "default")

    values = {"paid": None, "data": {"new": ["é", None]}, "customer_id": customer.pk, "amount": F("amount") + 1}
    update(Charge, "default", values, Q(amount__lt=5) | Q(amount__isnull=True), pk=charge.pk, refunded__isnull=True)

    row = Charge.objects.get()
    assert (row.paid, row.data, row.customer, row.amount) == (None, {"new": ["é", None]}, customer, 2)


def test_a_statement_is_compiled_once_for_all_values():
    insert(a_charge("ch_1"), "default")
    update(Charge, "default", {"amount": 1}, stripe_id="ch_1", captured=None)
    before = dict(compiled())

    insert(a_charge("ch_2", amount=3), "default")
    update(Charge, "default", {"amount": None}, stripe_id="ch_2", captured=None)

    assert compiled() == before


def test_a_connection_keeps_a_limited_number_of_statements():
    compiled().clear()
    compiled().update(dict.fromkeys(range(MOST_KEPT)))

    insert(an_event(), "default")

    assert list(compiled()) == [("insert", Event)]


def test_select_returns_what_the_orm_would_return():
    insert(a_charge("ch_1", amount=1, data={"a": [1.5]}, as_of=timezone.now(), paid=True), "default")
    names = ("stripe_id", "amount", "data", "as_of", "paid", "created")

    def query():
        return Charge.objects.filter(stripe_id=Parameter("id", field_of(Charge, "stripe_id"))).values_list(*names)

    with CaptureQueriesContext(connection) as captured:
        found = select("test", "default", query, {"id": "ch_1"})

    assert found == list(Charge.objects.values_list(*names))
    assert len(captured) == 1
    assert select("test", "default", query, {"id": "ch_2"}) == []


@pytest.mark.parametrize("number", [1, 2, MOST_ROWS + 1])
def test_insert_many_inserts_new_rows_and_updates_the_named_columns_of_known_ones(number):
    insert(a_charge("ch_0", amount=1, currency="eur"), "default")
    rows = [a_charge(f"ch_{one}", amount=one + 10, currency="usd") for one in range(number)]

    insert_many(rows, "default", update_fields=["amount"], unique_fields=Charge.key_columns())

    found = {row.stripe_id: (row.amount, row.currency) for row in Charge.objects.all()}
    assert found == {"ch_0": (10, "eur"), **{f"ch_{one}": (one + 10, "usd") for one in range(1, number)}}


@pytest.mark.parametrize("number", [1, 2, MOST_ROWS + 1])
def test_insert_many_leaves_known_rows_unchanged_without_fields_to_update(number):
    insert(a_charge("ch_0", amount=1), "default")

    insert_many([a_charge(f"ch_{one}", amount=7) for one in range(number)], "default")

    assert Charge.objects.count() == number
    assert Charge.objects.get(stripe_id="ch_0").amount == 1


@pytest.mark.parametrize("number", [1, 2, MOST_ROWS + 1])
def test_insert_many_returns_only_rows_that_it_has_inserted(number):
    insert(a_charge("ch_0"), "default")

    returned = insert_many([a_charge(f"ch_{one}") for one in range(number)], "default", returning=("stripe_id", "pk"))

    keys = dict(Charge.objects.exclude(stripe_id="ch_0").values_list("stripe_id", "pk"))
    returns = connection.vendor != "mysql" and number <= MOST_ROWS
    assert dict(returned) == (keys if returns else {})
