"""The lookup before the transaction: the row of an object, and all rows that it references, in one query."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pinax.stripe.models import Charge, Customer, Dispute, PaymentIntent, Price, object_models
from pinax.stripe.scope import Scope
from pinax.stripe.sync.read import read
from pinax.stripe.sync.snapshots import snapshot_of
from pinax.stripe.testing import build
from pinax.stripe.times import from_timestamp

TEST = Scope(livemode=False)
EARLIER, LATER = from_timestamp(1_700_000_000), from_timestamp(1_700_000_100)

pytestmark = pytest.mark.django_db


def row_of(model, stripe_id, **values):
    return model.objects.create(stripe_id=stripe_id, livemode=False, **values)


def test_the_row_and_what_the_object_references_are_read_in_one_query():
    customer, intent = row_of(Customer, "cus_1"), row_of(PaymentIntent, "pi_1", erased_at=EARLIER)
    references = {"customer": customer, "payment_intent": intent}
    charge = row_of(Charge, "ch_1", as_of=EARLIER, synced_at=EARLIER, disputed=True, **references)
    data = build("charge", id="ch_1", customer="cus_1", payment_intent="pi_1", refunds=None)

    with CaptureQueriesContext(connection) as queries:
        row, found = read(snapshot_of(data, TEST, LATER))

    assert len(queries) == 1
    assert (row, row.as_of, row.disputed) == (charge, EARLIER, True)
    assert found == {(Customer, "cus_1"): customer.pk, (PaymentIntent, "pi_1"): intent.pk}
    assert found.erased == {(PaymentIntent, "pi_1")}


def test_a_new_object_has_no_row_and_missing_references_are_left_out():
    row, found = read(snapshot_of(build("charge", customer="cus_1", refunds=None), TEST, LATER))

    assert row is None
    assert (Customer, "cus_1") not in found


def test_a_person_whom_the_row_does_not_reference_yet_is_looked_up_again_in_the_transaction():
    row_of(Customer, "cus_1")
    row_of(Charge, "ch_1", as_of=EARLIER, synced_at=EARLIER)

    _, found = read(snapshot_of(build("charge", id="ch_1", customer="cus_1", refunds=None), TEST, LATER))

    assert (Customer, "cus_1") not in found


def test_the_children_of_an_object_name_rows_too():
    price = row_of(Price, "price_1")
    data = build("subscription", customer="cus_1")
    data["items"]["data"] = [{**data["items"]["data"][0], "price": "price_1", "plan": None}]

    _, found = read(snapshot_of(data, TEST, LATER))

    assert found[Price, "price_1"] == price.pk


def test_rows_of_another_account_or_mode_are_others():
    Customer.objects.create(stripe_id="cus_1", livemode=True)
    Customer.objects.create(stripe_id="cus_1", livemode=False, stripe_account="acct_1")

    _, found = read(snapshot_of(build("charge", customer="cus_1", refunds=None), TEST, LATER))

    assert (Customer, "cus_1") not in found


def test_a_row_is_read_with_all_that_its_update_needs():
    """Whatever sync does not write over has to be there: another query for it would come too late."""
    missing = {}
    for model in object_models():
        row = model(stripe_account="", livemode=False, as_of=EARLIER, **dict.fromkeys(["stripe_id"], "id_1"))
        needed = {"as_of", "synced_at", "erased_at", "deleted_at", "fetched_at", *row.own_columns}
        needed |= {column.attname for column in model.columns() if column.lasting}
        row.save()
        data = {"id": "id_1", "object": model.stripe_object}
        found, _ = read(snapshot_of(data, TEST, LATER))
        if found is not None and needed & found.get_deferred_fields():
            missing[model.__name__] = needed & found.get_deferred_fields()

    assert missing == {}


def test_a_dispute_is_read_with_what_it_has_implied_already():
    charge = row_of(Charge, "ch_1")
    row_of(Dispute, "dp_1", charge=charge, status="needs_response", synced_at=EARLIER, as_of=EARLIER)

    row, _ = read(snapshot_of(build("dispute", id="dp_1", charge="ch_1"), TEST, LATER))

    assert row.get_deferred_fields() == {"data"}
    assert row.status == "needs_response"


@pytest.mark.parametrize("kind", ["charge", "customer", "subscription", "invoice", "dispute"])
def test_a_receiver_gets_an_instance_without_deferred_columns(kind, stripe, post_event, heard):
    data = build(kind)
    event_types = {
        "charge": ("charge.pending", "charge.updated"),
        "customer": ("customer.created", "customer.updated"),
        "subscription": ("customer.subscription.created", "customer.subscription.updated"),
        "invoice": ("invoice.created", "invoice.updated"),
        "dispute": ("charge.dispute.created", "charge.dispute.updated"),
    }
    for event_type in event_types[kind]:
        assert post_event(stripe.event(event_type, data)).status_code == 200
        stripe.advance(10)

    with CaptureQueriesContext(connection) as queries:
        [instance] = {call.instance for call in heard if call.event.kind == event_types[kind][1]}
        values = {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}

    assert len(queries) == 0
    current = type(instance).all_objects.get(pk=instance.pk)
    assert values == {name: getattr(current, name) for name in values}
