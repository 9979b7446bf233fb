import pytest
from django.apps import apps
from django.utils import timezone

from pinax.stripe.models import Charge, Event
from pinax.stripe.models.instances import loaded, new

MODELS = list(apps.get_app_config("pinax_stripe").get_models())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_new_instance_is_what_keyword_arguments_make(model):
    given = {field.attname: 7 for field in model._meta.concrete_fields if field.is_relation}

    ours, theirs = new(model, given), model(**given)

    columns = [{name: value for name, value in vars(row).items() if name != "_state"} for row in (ours, theirs)]
    assert columns[0] == columns[1]
    assert (ours._state.adding, ours._state.db) == (theirs._state.adding, theirs._state.db)


def test_defaults_are_not_shared():
    one, other = new(Event, {}), new(Event, {})

    one.receivers["shop.pay"] = 1.0

    assert other.receivers == {}


@pytest.mark.django_db
def test_a_loaded_instance_is_what_the_orm_loads_and_reads_the_rest_when_it_is_used():
    known = Charge.objects.create(stripe_id="ch_1", livemode=False, amount=5, as_of=timezone.now())

    row = loaded(Charge, "default", {"id": known.pk, "stripe_id": "ch_1", "as_of": known.as_of})

    theirs = Charge.objects.only("stripe_id", "as_of").get()
    assert row.get_deferred_fields() == theirs.get_deferred_fields()
    assert (row._state.adding, row._state.db, row.amount) == (False, "default", 5)
