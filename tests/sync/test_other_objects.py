"""Rows of OtherObject move to a typed model in a migration."""

import datetime

import pytest
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.models import ProtectedError
from django.test import override_settings

from pinax.stripe.models import ActiveEntitlement, Charge, Customer, OtherObject, Refund, TaxId, Transfer
from pinax.stripe.sync import other_objects
from pinax.stripe.sync.other_objects import move_other_objects
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

JAN, FEB, MAR = (datetime.datetime(2026, month, 1, tzinfo=datetime.UTC) for month in (1, 2, 3))


@pytest.fixture(scope="module")
def state(django_db_setup, django_db_blocker):
    """The models as the migrations know them; other tests run without migrations."""
    with django_db_blocker.unblock(), override_settings(MIGRATION_MODULES={}):
        return MigrationLoader(connection).project_state()


@pytest.fixture
def migrate(state):
    """Run a data migration, as the executor does."""

    def migrate(model_name):
        migration = migrations.Migration("0002_move", "pinax_stripe")
        migration.atomic = False
        migration.operations = [migrations.RunPython(move_other_objects(model_name))]
        with connection.schema_editor(atomic=False) as editor:
            migration.apply(state, editor)

    return migrate


def kept(carried, **columns):
    """Make a row of OtherObject, as it was kept before the type had a model."""
    defaults = {"livemode": False, "as_of": FEB, "synced_at": FEB, "object_type": carried["object"], "data": carried}
    return OtherObject.objects.create(stripe_id=carried["id"], **{**defaults, **columns})


def tax_id(**over):
    return build("tax_id", **{"id": "txi_1", "type": "eu_vat", "value": "DE123", "customer": "cus_1", **over})


def test_a_row_moves_with_all_that_is_known_of_it(migrate):
    data = tax_id(created=1_767_225_600)
    kept(data, stripe_account="acct_1", livemode=True, fetched_at=JAN, synced_at=MAR, deleted_at=MAR)

    migrate("TaxId")

    row = TaxId.all_objects.get()
    assert (row.stripe_id, row.stripe_account, row.livemode) == ("txi_1", "acct_1", True)
    assert (row.as_of, row.fetched_at, row.synced_at, row.deleted_at) == (FEB, JAN, MAR, MAR)
    assert row.data == data
    assert (row.created, row.type, row.value) == (JAN, "eu_vat", "DE123")
    assert not OtherObject.all_objects.exists()


def test_references_point_at_the_rows_of_the_same_account_and_mode(migrate):
    same = Customer.objects.create(stripe_id="cus_1", stripe_account="acct_1", livemode=False)
    kept(tax_id(), stripe_account="acct_1")
    kept(tax_id(), stripe_account="acct_2")

    migrate("TaxId")

    assert TaxId.objects.get(stripe_account="acct_1").customer == same
    stub = TaxId.objects.get(stripe_account="acct_2").customer
    assert (stub.stripe_id, stub.stripe_account, stub.is_stub) == ("cus_1", "acct_2", True)


def test_other_types_and_objects_without_an_id_of_their_own_stay(migrate):
    kept(build("billing.meter", id="mtr_1"))
    kept({"object": "tax_id", "id": "tax_id:cus_1"}, data={"object": "tax_id", "customer": "cus_1"})

    migrate("TaxId")

    assert OtherObject.objects.count() == 2
    assert not TaxId.objects.exists()


def test_a_stub_stays_a_stub(migrate):
    kept(tax_id(), data=None, as_of=None, synced_at=None)

    migrate("TaxId")

    assert TaxId.objects.get().is_stub


def test_an_erased_row_stays_erased(migrate):
    kept(tax_id(), erased_at=MAR)  # its value should not be there; if it is, it must not come back

    migrate("TaxId")

    row = TaxId.objects.get()
    assert (row.erased_at, row.value, row.type) == (MAR, "", "eu_vat")
    assert "value" not in row.data


def test_what_belongs_to_an_erased_customer_is_erased(migrate):
    Customer.objects.create(stripe_id="cus_1", livemode=False, erased_at=JAN)
    kept(tax_id())

    migrate("TaxId")

    assert TaxId.objects.get().value == ""
    assert TaxId.objects.get().erased_at is not None


@pytest.mark.parametrize(("as_of", "expected"), [(None, "old"), (JAN, "old"), (FEB, "new"), (MAR, "new")])
def test_the_newer_copy_wins(as_of, expected, migrate):
    new = tax_id(value="new")
    TaxId.objects.create(stripe_id="txi_1", livemode=False, as_of=as_of, data=new, value="new")
    kept(tax_id(value="old"))

    migrate("TaxId")

    row = TaxId.objects.get()
    assert (row.value, row.data["value"]) == (expected, expected)
    assert not OtherObject.objects.exists()


def test_an_erasure_reaches_the_newer_copy(migrate):
    TaxId.objects.create(stripe_id="txi_1", livemode=False, as_of=MAR, data=tax_id(), value="DE123")
    kept(tax_id(), erased_at=JAN)

    migrate("TaxId")

    row = TaxId.objects.get()
    assert (row.erased_at, row.value, row.as_of) == (JAN, "", MAR)


def test_what_other_objects_said_lasts(migrate):
    Charge.objects.create(stripe_id="ch_1", livemode=False, disputed=True)
    kept(build("charge", id="ch_1", disputed=False))

    migrate("Charge")

    row = Charge.objects.get()
    assert row.disputed is True
    assert row.data["disputed"] is False


def test_objects_inside_a_moved_one_are_left_to_stripe_sync(migrate):
    reversal = build("transfer_reversal", id="trr_1")
    empty = build("transfer", id="tr_2")
    kept({**build("transfer", id="tr_1"), "reversals": {**empty["reversals"], "data": [reversal]}})
    kept(empty)

    migrate("Transfer")

    assert Transfer.objects.incomplete().get().stripe_id == "tr_1"


def test_an_interrupted_migration_goes_on_where_it_stopped(migrate, monkeypatch):
    monkeypatch.setattr(other_objects, "BATCH", 2)
    for number in range(5):
        kept(build("refund", id=f"re_{number}", charge="ch_1"))

    def interrupted(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "re_2" in str(params):  # PostgreSQL gets lists
            raise KeyboardInterrupt
        return execute(sql, params, many, context)

    with connection.execute_wrapper(interrupted), pytest.raises(KeyboardInterrupt):
        migrate("Refund")
    assert (Refund.objects.count(), OtherObject.objects.count()) == (2, 3)

    migrate("Refund")

    assert (Refund.objects.count(), OtherObject.objects.count()) == (5, 0)
    assert {row.charge.stripe_id for row in Refund.objects.all()} == {"ch_1"}


def test_a_row_that_others_point_at_is_not_moved(migrate):
    summary = kept(tax_id())
    ActiveEntitlement.objects.create(stripe_id="ent_1", livemode=False, summary=summary)

    with pytest.raises(ProtectedError):
        migrate("TaxId")

    assert OtherObject.objects.count() == 1
    assert not TaxId.objects.exists()
