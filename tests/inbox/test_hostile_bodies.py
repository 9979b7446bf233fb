"""Nothing that a stranger sends makes an unhandled error, or reaches Stripe in a URL."""

import gzip
import json

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinax.stripe.models import Event
from pinax.stripe.testing import build
from tests.examples import examples

pytestmark = pytest.mark.django_db

GOOD = {
    "id": "evt_1",
    "object": "event",
    "type": "charge.succeeded",
    "created": 1,
    "livemode": False,
    "data": {"object": {"id": "ch_1", "object": "charge"}},
}

UNREADABLE = {
    "empty": b"",
    "not JSON": b"what?",
    "a list": b"[]",
    "a list of events": json.dumps([GOOD]).encode(),
    "a number": b"1",
    "a string": b'"evt_1"',
    "null": b"null",
    "true": b"true",
    "100,000 deep": b"[" * 100_000,
    "100,000 deep objects": b'{"a":' * 100_000,
    "500 deep in data": json.dumps(GOOD).replace('"ch_1"', "[" * 500 + "]" * 500).encode(),
    "NaN": json.dumps(GOOD).replace('"ch_1"', "NaN").encode(),
    "Infinity": json.dumps(GOOD).replace('"ch_1"', "-Infinity").encode(),
    "a number beyond all bounds": json.dumps(GOOD).replace('"ch_1"', "1e999").encode(),
    "an integer of 5,000 digits": json.dumps(GOOD).replace('"ch_1"', "9" * 5000).encode(),
    "invalid UTF-8": json.dumps(GOOD).encode().replace(b"ch_1", b"\xff\xfe"),
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "UTF-16 with odd bytes": b"\xff\xfe{",
    "UTF-16": json.dumps(GOOD).encode("utf-16"),
    "UTF-16, big end first, unmarked": json.dumps(GOOD).encode("utf-16-be"),
    "UTF-32": json.dumps(GOOD).encode("utf-32"),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
    "a surrogate in UTF-8": json.dumps(GOOD).encode().replace(b"ch_1", b"\xed\xa0\x80"),
    "an overlong slash": json.dumps(GOOD).encode().replace(b"ch_1", b"\xc0\xaf"),
    "a control character": json.dumps(GOOD).encode().replace(b"ch_1", b"\x00"),
    "1e400": json.dumps(GOOD).replace('"ch_1"', "-1e400").encode(),
    "half an event": json.dumps(GOOD).encode()[:-20],
    "two events": json.dumps(GOOD).encode() * 2,
    "gzipped": gzip.compress(json.dumps(GOOD).encode()),
    "a form": b"id=evt_1&object=event",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_is_answered_400_and_not_recorded(name, stripe, post_event, caplog):
    assert post_event(UNREADABLE[name]).status_code == 400
    assert (Event.objects.count(), stripe.requests) == (0, [])
    assert len([record for record in caplog.records if record.name == "pinax.stripe"]) == 1


@pytest.mark.parametrize("key", ["id", "object", "type", "created", "livemode"])
@pytest.mark.parametrize(
    "value", [..., None, [], {}, "", "x" * 10_000, -1, 1.5, 10**30, "é", "\0", "\ud800", ["evt_1"], {"id": "evt_1"}]
)
def test_a_key_that_is_missing_or_of_another_kind_is_answered_400(key, value, stripe, post_event):
    body = {name: known for name, known in {**GOOD, key: value}.items() if known is not ...}

    assert post_event(body).status_code == 400
    assert (Event.objects.count(), stripe.requests) == (0, [])


@pytest.mark.parametrize("data", [None, [], 1, "object", {"object": [1]}, {"object": "ch_1"}, {"object": 1}])
def test_data_that_holds_no_object_is_answered_400(data, stripe, post_event):
    assert post_event({**GOOD, "data": data}).status_code == 400


@pytest.mark.parametrize(
    "suffix", ["/", "/../customers", "..", "%2e%2e", "%", "\n", "\r\nX: y", "?a=b", "#", " ", "é", "\0"]
)
@pytest.mark.parametrize("key", ["id", "account"])
def test_an_id_that_is_not_as_stripe_writes_it_never_reaches_stripe(suffix, key, stripe, post_event):
    prefix = "evt_1" if key == "id" else "acct_1"

    assert post_event({**GOOD, key: prefix + suffix}).status_code == 400
    assert (Event.objects.count(), stripe.requests) == (0, [])


@pytest.mark.parametrize("odd", ["\0", "\ud800", "\udc00x", "x" * 10_000, "é😀", "\u2028", "<script>alert(1)</script>"])
@pytest.mark.parametrize("where", ["object id", "object type", "a key", "a value", "the request"])
def test_odd_text_in_the_object_is_recorded_on_every_database(odd, where, stripe, post_event):
    carried = {"id": "ch_1", "object": "charge"}
    match where:
        case "object id":
            carried["id"] = odd
        case "object type":
            carried["object"] = odd
        case "a key":
            carried[odd] = 1
        case "a value":
            carried["description"] = odd
    body = {**GOOD, "data": {"object": carried}, "request": odd if where == "the request" else None}

    assert post_event(body).status_code == 400
    event = Event.objects.get()
    assert (event.valid, event.webhook_message) == (False, body)


@pytest.mark.parametrize("odd", ["\0", "\ud800", "x" * 10_000, "é😀"])
def test_odd_text_of_stripes_own_is_synced_on_every_database(odd, stripe, post_event):
    body = stripe.event("charge.succeeded", build("charge", description=odd, status=odd, currency=odd))

    assert post_event(body).status_code == 200
    assert Event.objects.get().processed


@pytest.mark.parametrize("number", [10**30, -(10**30), 1.5, True, "1", None, [], {}])
def test_a_number_of_stripes_own_that_does_not_fit_is_left_out_of_its_column(number, stripe, post_event):
    body = stripe.event("charge.succeeded", build("charge", amount=number, created=number))

    assert post_event(body).status_code == 200
    event = Event.objects.get()
    assert event.processed


def test_five_megabytes_are_answered_413(stripe, post_event):
    assert post_event(b"x" * 5 * 1024 * 1024).status_code == 413
    assert Event.objects.count() == 0


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_not(stripe, post_event, settings):
    settings.PINAX_STRIPE_MAX_BODY_BYTES = 1000

    assert post_event(b" " * 1000).status_code == 400
    assert post_event(b" " * 1001).status_code == 413


def test_a_content_length_that_lies_is_no_way_round_the_limit(stripe, settings):
    settings.PINAX_STRIPE_MAX_BODY_BYTES = 10

    for length in ("", "x", "-5", "²", "9" * 5000):
        response = Client().post("/stripe/webhook/", b"x" * 100, content_type="application/json", CONTENT_LENGTH=length)
        assert response.status_code in {400, 413}


def twice(body, path, value):
    """The JSON of a body in which the last key of a path stands twice: first with another value, then with its own."""
    parents, key = path[:-1], path[-1]
    marked = json.loads(json.dumps(body))
    inner = marked
    for parent in parents:
        inner = inner[parent]
    own = json.dumps(inner[key])
    inner[key] = "here"
    return json.dumps(marked).replace('"here"', f'{json.dumps(value)}, "{key}": {own}')


PLACES = {
    "id": ("evt_2",),
    "type": ("charge.refunded",),
    "livemode": (True,),
    "account": ("acct_1",),
    "data": ({},),
    "data.object": ({},),
    "data.object.amount": (1_000_000,),
    "data.object.metadata.order": ("2",),
}


@pytest.mark.parametrize("place", PLACES)
def test_of_a_key_that_stands_twice_no_value_is_believed(place, stripe, post_event, heard, caplog):
    carried = build("charge", amount=1, metadata={"order": "1"})
    genuine = {**stripe.event("charge.succeeded", carried), "account": ""}
    body = twice(genuine, place.split("."), *PLACES[place])
    assert json.loads(body) == genuine  # to a reader that takes the last one, it is the genuine event

    assert post_event(body).status_code == 400

    assert (Event.objects.count(), stripe.requests, heard) == (0, [], [])
    assert "the body is not JSON" in caplog.text
    assert post_event(genuine).status_code == 200


def test_what_is_compared_is_what_is_kept_and_used(stripe, post_event):
    r"""One spelling of a value is another's equal: escapes, order and white space; nothing else is."""
    genuine = stripe.event("charge.succeeded", build("charge", amount=1, description="a"))
    spelt = json.dumps(genuine, indent=1, sort_keys=True).replace('"a"', r'"\u0061"').replace('"id"', r'"\u0069d"')

    assert post_event(spelt).status_code == 200

    event = Event.objects.get()
    assert event.webhook_message == event.message == genuine


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
keys = st.sampled_from([*GOOD, "account", "api_version", "request", "pending_webhooks"])
#: An event with words, numbers, objects and lists in it; one of its values is replaced, wherever it stands.
TREE = {
    **GOOD,
    "account": "acct_1",
    "api_version": "2026-10-28.endive",
    "pending_webhooks": 1,
    "request": {"id": "req_1", "idempotency_key": "key"},
    "data": {
        "object": {"id": "ch_1", "object": "charge", "refunds": {"data": [{"id": "re_1", "object": "refund"}]}},
        "previous_attributes": {"amount": 1, "metadata": {"order": "1"}},
    },
}


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(keys, json_values, max_size=4))
def test_no_change_to_an_event_makes_an_unhandled_error(changes, stripe, post_event):
    assert post_event(json.dumps({**GOOD, **changes})).status_code == 400


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_no_bytes_make_an_unhandled_error(body, stripe, post_event):
    assert post_event(body).status_code == 400


def paths_of(tree, path=()):
    """The way to every value of a tree, the tree itself included."""
    yield path
    members = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, inner in members:
        yield from paths_of(inner, (*path, key))


def replaced(tree, path, value):
    """A tree with another value in one place."""
    if not path:
        return value
    changed = tree.copy()
    changed[path[0]] = replaced(tree[path[0]], path[1:], value)
    return changed


@pytest.mark.parametrize(
    "value", [None, True, 0, -1, 10**4000, 0.5, "", "\0", "\ud800", [], [[]], {}, {"": {}}], ids=repr
)
def test_no_value_in_any_place_of_an_event_makes_an_unhandled_error(value, stripe, post_event, heard):
    """Stripe knows of none of them: each is answered, none is believed."""
    for path in paths_of(TREE):
        assert post_event(json.dumps(replaced(TREE, path, value))).status_code == 400
    assert (Event.objects.filter(valid=True).count(), heard) == (0, [])


@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(list(paths_of(TREE))), value=json_values)
def test_no_tree_near_an_event_makes_an_unhandled_error(path, value, stripe, post_event):
    assert post_event(json.dumps(replaced(TREE, path, value))).status_code == 400
    assert not Event.objects.filter(valid=True).exists()
