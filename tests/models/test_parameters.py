"""The values of compiled statements are converted as each field itself converts them."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection, models

from pinax.stripe.models.parameters import Parameter, bindings_of, bound

pytestmark = pytest.mark.database

FIELDS = {
    f"{model.__name__}.{field.name}": field
    for model in apps.get_app_config("pinax_stripe").get_models()
    for field in model._meta.concrete_fields
}
BERLIN = datetime(2024, 2, 29, 12, 30, 1, 5, tzinfo=timezone(timedelta(hours=1)))


def values_for(field):
    """Values that the field may be given."""
    stored = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(stored, models.DateTimeField):
        return [None, datetime(2024, 2, 29, tzinfo=UTC), BERLIN]
    if isinstance(stored, models.BooleanField):
        return [None, True, False]
    if isinstance(stored, models.IntegerField):
        return [None, 1, -7, True]
    if isinstance(stored, models.DecimalField):
        return [None, Decimal("1.5"), Decimal(10) ** 11, 3]
    if isinstance(stored, models.JSONField):
        return [None, {"a": [1, None, "é"]}, [], {}]
    return [None, "", "é ' %s", 5, {"a": 1}, []]


def shown(value):
    """A value that can be compared: its type, its text, and the object in one of psycopg's wrappers."""
    return type(value), str(value), getattr(value, "obj", None)


@pytest.mark.parametrize("name", FIELDS)
def test_a_value_becomes_what_the_field_makes_of_it(name):
    field = FIELDS[name]

    for value in values_for(field):
        bindings = bindings_of([Parameter("value", field)], connection)
        [converted] = bound(bindings, [{"value": value}])

        theirs = field.get_db_prep_save(value, connection)
        if isinstance(field, models.JSONField) and value is not None:  # a new wrapper, or text
            assert type(converted) is type(theirs)
            assert getattr(converted, "obj", converted) == getattr(theirs, "obj", theirs)
        else:
            assert shown(converted) == shown(theirs), value


def test_constants_stand_where_the_orm_has_put_them_and_rows_are_told_apart():
    amount, status = FIELDS["Charge.amount"], FIELDS["Charge.status"]
    params = [Parameter("status", status, row=1), "fixed", Parameter("amount", amount), 3]

    values = bound(bindings_of(params, connection), [{"amount": 5}, {"status": "paid"}])

    assert values == ["paid", "fixed", 5, 3]


def test_a_naive_datetime_is_taken_as_the_field_takes_it(settings):
    created = FIELDS["Event.created"]
    settings.USE_TZ = True
    bindings = bindings_of([Parameter("created", created)], connection)

    with pytest.warns(RuntimeWarning, match="naive"):
        [converted] = bound(bindings, [{"created": datetime(2024, 2, 29)}])  # noqa: DTZ001  (that is the point)

    with pytest.warns(RuntimeWarning, match="naive"):
        assert converted == created.get_db_prep_save(datetime(2024, 2, 29), connection)  # noqa: DTZ001
