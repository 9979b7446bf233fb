import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinax.stripe.plain_json import MAX_DEPTH, id_of, parse, place, same, storable

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_what_json_can_say_is_read_as_it_is(value):
    assert same(parse(json.dumps(value)), value)


@pytest.mark.parametrize(
    "text", ["NaN", "[Infinity]", "-Infinity", "1e999", "[" * 10_000, "", "{", b"\xff", "9" * 5000]
)
def test_what_is_no_json_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_json_may_nest_up_to_the_limit():
    assert parse("[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1))
    with pytest.raises(ValueError, match="nests too deep"):
        parse("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("id", "sub_1"),
        ("items.data.0.price", "price_1"),
        ("items.data.1.price", None),
        ("items.data.x", None),
        ("id.x", None),
        ("missing.x", None),
    ],
)
def test_a_place_is_looked_up_step_by_step(path, expected):
    assert place({"id": "sub_1", "items": {"data": [{"price": "price_1"}]}}, path) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("cus_1", "cus_1"),
        ({"id": "cus_1"}, "cus_1"),
        ("", None),
        (None, None),
        ({}, None),
        (1, None),
        ({"id": 1}, None),
    ],
)
def test_a_reference_is_an_id_or_the_whole_object(value, expected):
    assert id_of(value) == expected


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), (0, False), (None, False), ("1", 1), ([1], [True])])
def test_json_tells_apart_what_python_does_not(one, other):
    assert not same(one, other)


def test_the_order_of_keys_says_nothing():
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})


@given(json_values)
def test_what_is_storable_is_valid_in_every_database(value):
    text = json.dumps(storable(value), ensure_ascii=False)

    assert "\\u0000" not in text
    text.encode()


def test_storable_leaves_what_is_fine_as_it_is():
    assert storable({"name": "Zoë 😀", "n": [1, 2.5, None, True]}) == {"name": "Zoë 😀", "n": [1, 2.5, None, True]}
