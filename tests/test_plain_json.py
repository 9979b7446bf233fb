import json
import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinax.stripe.plain_json import MAX_DEPTH, MAX_DIGITS, id_of, parse, same, storable, value_at

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_what_json_can_say_is_read_as_it_is(value):
    assert same(parse(json.dumps(value)), value)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "[Infinity]",
        "-Infinity",
        "1e999",
        "[" * 10_000,
        "",
        "{",
        b"\xff",
        "9" * 5000,
        '{"a": 1, "a": 1}',
        r'[{"b": {"a": 1, "\u0061": 2}}]',
        "\ufeff1",
        "1".encode("utf-16"),
        b"1\x00\x00\x00",
    ],
)
def test_what_is_no_json_is_a_value_error(text):
    with pytest.raises(ValueError, match=r"."):
        parse(text)


def test_how_many_digits_a_number_may_have_does_not_hang_on_how_python_was_started():
    allowed = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        assert parse("9" * MAX_DIGITS) == 10**MAX_DIGITS - 1
        with pytest.raises(ValueError, match="out of bounds"):
            parse("9" * (MAX_DIGITS + 1))
    finally:
        sys.set_int_max_str_digits(allowed)


def test_a_large_body_costs_a_few_dozen_times_its_size():
    """Lists of nothing, objects of nothing, keys, whole numbers: the most that a body can be made of.

    The largest body is eight times as large, and costs eight times as much.
    """
    for unit in (b"[],", b"{},", b'{"a":1},', b"1,", b"[" * 98 + b"]" * 98 + b","):
        body = b"[" + unit * ((128 * 1024 - 2) // len(unit))
        body = body[:-1] + b"]"
        tracemalloc.start()
        parse(body)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 64 * len(body)


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
    assert value_at({"id": "sub_1", "items": {"data": [{"price": "price_1"}]}}, path) == expected


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


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (1, 1.0), (0, False), (None, False), ("1", 1), ([1], [True]), (0.0, -0.0)]
)
def test_json_tells_apart_what_python_does_not(one, other):
    assert not same(one, other)


@pytest.mark.parametrize("value", ["a", 1, True, None, 1.5, [1, {}], {"a": [0.5]}])
def test_the_same_is_the_same(value):
    assert same(value, json.loads(json.dumps(value)))


@given(json_values, json_values)
def test_two_values_are_the_same_where_they_are_written_alike(one, other):
    assert same(one, other) == (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))


def test_the_order_of_keys_says_nothing():
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})


@given(json_values)
def test_what_is_storable_is_valid_in_every_database(value):
    text = json.dumps(storable(value), ensure_ascii=False)

    assert "\\u0000" not in text
    text.encode()


def test_storable_leaves_what_is_fine_as_it_is():
    assert storable({"name": "Zoë 😀", "n": [1, 2.5, None, True]}) == {"name": "Zoë 😀", "n": [1, 2.5, None, True]}
