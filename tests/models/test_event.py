import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from pinax.stripe.models import Customer, Event

pytestmark = pytest.mark.django_db


def an_event(**known):
    number = Event.objects.count() + 1
    facts = {"stripe_id": f"evt_{number}", "kind": "ping", "livemode": False, "created": timezone.now()}
    return Event.objects.create(**{**facts, "webhook_message": {}, **known})


@pytest.mark.parametrize("valid", [None, False])
def test_the_database_itself_forbids_processed_without_valid(valid):
    with pytest.raises(IntegrityError), transaction.atomic():
        an_event(processed=True, valid=valid)
    assert an_event(processed=True, valid=True).processed


def test_the_database_itself_forbids_a_second_row_of_one_event():
    an_event(stripe_id="evt_1")

    with pytest.raises(IntegrityError), transaction.atomic():
        an_event(stripe_id="evt_1")
    assert an_event(stripe_id="EVT_1").pk


def test_events_are_told_apart_by_their_state():
    unasked = an_event()
    failed = an_event(valid=True, attempts=1)
    invalid = an_event(valid=False, attempts=1)
    an_event(valid=True, processed=True, attempts=1)
    an_event(skipped=True)

    assert set(Event.objects.pending()) == {unasked, failed}
    assert set(Event.objects.failed()) == {failed}
    assert set(Event.objects.invalid()) == {invalid}


def test_there_is_no_message_until_it_is_confirmed():
    told = {"data": {"object": {"id": "ch_1"}, "previous_attributes": {"amount": 1}}}

    for valid in (None, False):
        event = an_event(valid=valid, validated_message=told)
        assert (event.message, event.object, event.previous_attributes) == (None, {}, {})
    event = an_event(valid=True, validated_message=told)
    assert (event.message, event.object, event.previous_attributes) == (told, {"id": "ch_1"}, {"amount": 1})


def test_an_event_without_an_object_has_none():
    assert an_event(valid=True, validated_message={"data": {}}).object == {}


def test_an_event_outlives_its_customer():
    customer = Customer.objects.create(stripe_id="cus_1", livemode=False)
    event = an_event(customer=customer)

    customer.delete()

    event.refresh_from_db()
    assert event.customer is None


def test_an_event_is_called_by_its_kind_and_id():
    assert str(an_event(stripe_id="evt_1", kind="invoice.paid")) == "invoice.paid evt_1"
