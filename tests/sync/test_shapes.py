"""A payload of any API version, from 2015-10-16 to 2026-10-28.endive, fills the same columns."""

from datetime import datetime

import pytest

from pinax.stripe.models import Customer, Event, OtherObject, StripeObject, model_of
from pinax.stripe.models.fields import Reference, Text
from pinax.stripe.plain_json import storable, value_at
from pinax.stripe.testing import build
from tests.sync.shapes import SHAPES

pytestmark = pytest.mark.django_db

TYPED = [model for model in StripeObject.__subclasses__() if model is not OtherObject]

#: What is no value of Stripe's at any place.
ODD = [
    None,
    "",
    "x" * 300,
    0,
    -1,
    1.5,
    10**30,
    True,
    [],
    [None],
    [{}],
    {},
    {"id": None},
    {"id": 5},
    {"data": None},
    "\0",
]


@pytest.fixture
def synced(stripe, post_event, heard):
    """Let an object arrive with an event; the row that the receivers were given."""

    def synced(kind, carried, **options):
        stripe.advance(10)
        stripe.connect(options.get("account", ""))
        heard.clear()
        response = post_event(stripe.event(kind, carried, **{"store": False, **options}))
        assert response.status_code == 200, Event.objects.latest("pk").exceptions.get().traceback
        return heard[-1].instance

    return synced


def told(row, name):
    """Return a column's value as a shape has it."""
    value = getattr(row, name)
    if isinstance(value, StripeObject):
        return value.stripe_id
    return int(value.timestamp()) if isinstance(value, datetime) else value


def put(data, path, value):
    """Put a value at a place of an object, making what leads there."""
    first, _, rest = path.partition(".")
    if first.startswith("{"):  # the value of a sibling names the block
        name = first[1:-1]
        data = {name: f"new_{name}", **data}
        first = data[name]
    if not rest:
        return {**data, first: value}
    below = data.get(first) or {}
    if rest.startswith("0."):
        return {**data, first: [put(below[0] if isinstance(below, list) and below else {}, rest[2:], value)]}
    return {**data, first: put(below if isinstance(below, dict) else {}, rest, value)}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_shape_fills_its_columns(shape, synced):
    row = synced(shape.kind, shape.carried, api_version=shape.version, account=shape.account)

    row.refresh_from_db()
    assert {name: told(row, name) for name in shape.columns} == shape.columns
    assert {name: {child.stripe_id for child in getattr(row, name).all()} for name in shape.rows} == shape.rows
    assert row.data == shape.carried
    assert Event.objects.get().api_version == shape.version


def test_there_is_a_shape_of_every_typed_model():
    kept = {model_of(shape.carried) for shape in SHAPES} | {
        model_of(member)
        for shape in SHAPES
        for value in shape.carried.values()
        if isinstance(value, dict) and value.get("object") == "list"
        for member in value["data"]
    }

    # No event carries a line item: tests/sync/test_cut_lists.py has them.
    assert {model.__name__ for model in TYPED} - {model.__name__ for model in kept} == {"CheckoutLineItem"}


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("req_1", "req_1"),
        (None, ""),
        ({"id": "req_1", "idempotency_key": "key"}, "req_1"),
        ({"id": None, "idempotency_key": None}, ""),
    ],
)
def test_the_request_of_an_event_is_a_string_or_an_object(request_, expected, stripe, post_event):
    event = stripe.event("ping") | {"request": request_}
    stripe.put(event)

    assert post_event(event).status_code == 200
    assert Event.objects.get().request_id == expected


@pytest.mark.parametrize("version", ["2018-05-21", "2020-08-27", "2025-03-31.basil"])
def test_an_item_of_a_subscription_has_its_period_in_every_version(version, synced):
    from tests.sync.shapes.shape import FEB, MAR
    from tests.sync.shapes.subscriptions import SHAPES

    (shape,) = (one for one in SHAPES if one.version == version and one.carried["object"] == "subscription")
    item = synced(shape.kind, shape.carried).items.get()

    assert (told(item, "current_period_start"), told(item, "current_period_end")) == (FEB, MAR)


@pytest.mark.parametrize("version", ["2015-10-16", "2022-11-15", "2026-10-28.endive"])
def test_a_line_of_an_invoice_is_the_same_row_of_columns_in_every_version(version, synced):
    from tests.sync.shapes.invoices import BILLED, LINES, list_of

    invoice = synced("invoice.created", {"id": "in_1", "object": "invoice", "lines": list_of(LINES[version])})

    line = invoice.lines.get()
    assert {name: told(line, name) for name in BILLED} == BILLED
    assert line.invoice == invoice


@pytest.mark.parametrize("model", TYPED, ids=lambda model: model.__name__)
def test_what_is_missing_or_null_leaves_columns_empty(model, synced):
    whole = build(model.stripe_object, id="x_1")
    bare = {"id": "x_1", "object": model.stripe_object, "livemode": False}

    for carried in (bare, {**dict.fromkeys(whole), **bare}):
        row = synced(f"brand.new.{model.__name__}", carried)
        for column in model.columns():
            if column.name not in {"stripe_id", "livemode"}:
                assert getattr(row, column.attname) in {None, ""}, column.name
        assert row.data == carried


@pytest.mark.parametrize("model", TYPED, ids=lambda model: model.__name__)
def test_what_makes_no_sense_is_left_out_of_the_columns(model, synced):
    whole = build(model.stripe_object, id="x_1")

    for value in ODD:
        carried = {key: whole[key] if key in {"id", "object", "livemode"} else value for key in whole}
        row = synced("brand.new", carried)
        assert row.data == storable(carried)
        row.refresh_from_db()


@pytest.mark.parametrize("model", TYPED, ids=lambda model: model.__name__)
def test_a_reference_is_an_id_or_expanded_or_deleted(model, synced):
    for column in model.columns():
        if not isinstance(column, Reference):
            continue
        prefix = column.prefix if isinstance(column.prefix, str) else column.prefix[0]
        for path in column.paths or (column.name,):
            for number, extra in enumerate((None, {}, {"deleted": True})):
                identifier = f"{prefix}{column.name}_{number}_{path}"
                thing = {"id": identifier, "object": column.related_model.stripe_object, **(extra or {})}
                carried = put(
                    {"id": "x_1", "object": model.stripe_object}, path, identifier if extra is None else thing
                )
                row = synced("brand.new", carried)
                assert getattr(row, column.name).stripe_id == identifier, path
                assert getattr(row, column.name).is_stub or getattr(row, column.name) == row


@pytest.mark.parametrize("model", TYPED, ids=lambda model: model.__name__)
def test_a_word_that_stripe_has_only_just_thought_of_is_kept(model, synced):
    places = {
        column.name: (column.paths or (column.name,))[0] for column in model.columns() if isinstance(column, Text)
    }
    carried = {"id": "x_1", "object": model.stripe_object, "livemode": False}
    for name, path in places.items():
        carried = put(carried, path, {"id": f"new_{name}"} if path == "source" else f"new_{name}")

    row = synced("brand.new", carried)

    assert {name: getattr(row, name) for name in places} == {name: f"new_{name}" for name in places}


@pytest.mark.parametrize("model", TYPED, ids=lambda model: model.__name__)
def test_what_is_left_of_a_deleted_object_is_a_tombstone(model, synced):
    row = synced("brand.new", {"id": "x_1", "object": model.stripe_object, "deleted": True})

    assert row.is_deleted
    assert not model.objects.filter(stripe_id="x_1").exists()
    assert model.all_objects.deleted().get().stripe_id == "x_1"


def test_a_word_of_more_than_255_characters_is_cut_and_kept_whole_in_the_data(synced):
    row = synced("customer.created", build("customer", name="é" * 300))

    assert (len(row.name), len(Customer.objects.get().data["name"])) == (255, 300)


def test_places_with_a_star_are_lists():
    data = {"taxes": [{"amount": 1}, {}, 5], "other": {}}

    assert value_at(data, "taxes.*.amount") == [1, None, None]
    assert value_at(data, "taxes.*") == [{"amount": 1}, {}, 5]
    assert value_at(data, "other.*") is None


def test_a_discount_of_old_that_is_replaced_is_one_row(synced):
    from pinax.stripe.models import Discount

    old = {"object": "discount", "customer": "cus_1", "coupon": {"id": "SUMMER", "object": "coupon"}}
    synced("customer.discount.created", old)
    synced("customer.discount.deleted", old)
    assert Discount.objects.count() == 0

    synced("customer.discount.created", {**old, "coupon": {"id": "WINTER", "object": "coupon"}})

    assert Discount.objects.get().coupon.stripe_id == "WINTER"
    assert Discount.all_objects.count() == 1


@pytest.mark.parametrize("identifier", [5, "", None, {"id": "cus_1"}])
def test_an_id_that_is_none_brings_an_object_that_is_kept_all_the_same(identifier, synced):
    row = synced("customer.created", {"id": identifier, "object": "customer", "name": "Ada"})

    assert (type(row), row.object_type, row.data["name"]) == (OtherObject, "customer", "Ada")
