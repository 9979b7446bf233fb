"""The report of what two API versions bring of the same events."""

import json

import pytest
from django.core.management import call_command
from django.test import Client

from pinax.stripe.models import Event, RejectedDelivery
from pinax.stripe.operations.endpoints.versions import (
    BLANKED,
    NOT_RECORDED,
    ONLY_NEW,
    ONLY_OLD,
    SAME_VERSION,
    TYPE,
    VALUE,
    Difference,
    differences,
    report,
)
from pinax.stripe.scope import Scope
from pinax.stripe.testing import build

SECRET = "whsec_of_the_endpoint"
OLD, NEW = "2024-06-20", "2026-10-28.endive"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"a": 1}, {"a": 1}, set()),
        ({"a": 1}, {"a": 2}, {Difference("a", VALUE)}),
        ({"a": 1}, {"a": 1.0}, {Difference("a", VALUE)}),
        ({"a": 1}, {"a": True}, {Difference("a", TYPE, "number", "boolean")}),
        ({"a": "1"}, {"a": 1}, {Difference("a", TYPE, "string", "number")}),
        ({"a": None}, {"a": {"b": 1}}, {Difference("a", TYPE, "null", "object")}),
        ({"a": None}, {}, {Difference("a", ONLY_OLD)}),
        ({}, {"a": {"b": 1}}, {Difference("a", ONLY_NEW)}),
        ({"a": {"b": {"c": 1}}}, {"a": {"b": {}}}, {Difference("a.b.c", ONLY_OLD)}),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{}, {}]}, {Difference("a.*.b", ONLY_OLD)}),
        ({"a": [1, 2]}, {"a": [1]}, {Difference("a", VALUE)}),
        ({"a": []}, {"a": {}}, {Difference("a", TYPE, "list", "object")}),
        ({"a": ["x"]}, {"a": [{"id": "x"}]}, {Difference("a.*", TYPE, "string", "object")}),
    ],
)
def test_paths_at_which_two_objects_differ(old, new, found):
    assert set(differences(old, new)) == found


@pytest.fixture
def post(settings, sign, stripe):
    """Post an event in an API version, to be processed or to be compared."""
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PINAX_STRIPE_VALIDATION = "signature"

    def post(event, version, query="", **change):
        event = {**event, "api_version": version}
        event["data"] = {**event["data"], "object": {**event["data"]["object"], **change}}
        body = json.dumps(event).encode()
        headers = sign(body, SECRET)
        assert Client().post(f"/stripe/webhook/{query}", body, "application/json", headers=headers).status_code == 200
        return event["id"]

    return post


@pytest.fixture
def both(stripe, post):
    """Deliver an event in both versions, with what differs between them; returns its id."""

    def both(kind, obj, old, new, **facts):
        event = stripe.event(kind, obj, **facts)
        post(event, NEW, f"?compare={NEW}", **new)
        return post(event, OLD, **old)

    return both


pytestmark = pytest.mark.django_db(transaction=True)


def test_differences_are_added_up_for_each_event_type(both):
    first = both("charge.succeeded", build("charge"), {"invoice": "in_1"}, {})
    last = both("charge.succeeded", build("charge"), {"invoice": None, "status": "paid"}, {})
    other = both("customer.created", build("customer"), {"balance": "0"}, {"business_name": None})
    both("customer.updated", build("customer"), {}, {})

    made = report(NEW, Scope(livemode=False))

    assert made.events == 4
    charges, customers, same = (made.types[k] for k in ("charge.succeeded", "customer.created", "customer.updated"))
    assert (charges.events, charges.versions) == (2, {(OLD, NEW): 2})
    assert charges.differences == {Difference("invoice", ONLY_OLD): 2, Difference("status", VALUE): 1}
    assert charges.examples == {Difference("invoice", ONLY_OLD): last, Difference("status", VALUE): last}
    assert set(customers.differences) == {
        Difference("balance", TYPE, "string", "number"),
        Difference("business_name", ONLY_NEW),
    }
    assert set(customers.examples.values()) == {other}
    assert (same.events, same.differences) == (1, {})
    assert made.read_as == {OLD: 4}
    assert first not in charges.examples.values()


def test_a_path_that_differs_in_every_member_of_a_list_is_counted_once_for_each_event(both):
    both("charge.succeeded", build("charge"), {"list": [{"a": 1}, {"a": 2}]}, {"list": [{}, {}]})

    assert report(NEW, Scope(livemode=False)).types["charge.succeeded"].differences == {
        Difference("list.*.a", ONLY_OLD): 1
    }


def test_a_delivery_that_comes_twice_is_one_event(stripe, post, both):
    event = stripe.event("charge.succeeded", build("charge"))
    for query in (f"?compare={NEW}", f"?compare={NEW}"):
        post(event, NEW, query)
    post(event, OLD)

    assert report(NEW, Scope(livemode=False)).events == 1


def test_an_event_that_is_not_confirmed_is_not_compared(stripe, both):
    id_ = both("charge.succeeded", build("charge"), {}, {})
    Event.objects.filter(stripe_id=id_).update(valid=None, processed=False)

    assert report(NEW, Scope(livemode=False)).not_compared == {NOT_RECORDED: 1}


def test_receivers_may_read_another_copy_than_either(stripe, both, settings):
    settings.PINAX_STRIPE_VALIDATION = "retrieve"
    both("charge.succeeded", build("charge"), {}, {}, api_version="2020-08-27")

    assert report(NEW, Scope(livemode=False)).read_as == {"2020-08-27": 1}


def test_what_cannot_be_compared_is_counted(stripe, post, both, settings):
    alone = stripe.event("charge.succeeded", build("charge"))
    post(alone, NEW, f"?compare={NEW}")
    switched = stripe.event("charge.succeeded", build("charge"))
    post(switched, NEW, f"?compare={NEW}")
    post(switched, NEW)
    pruned = both("charge.succeeded", build("charge"), {}, {})
    both("customer.created", build("customer", id="cus_1"), {}, {})
    big = both("charge.succeeded", build("charge"), {}, {"description": "x" * 70_000})
    Event.objects.filter(stripe_id=pruned).blank(Event.objects.get(stripe_id=pruned).received_at)
    call_command("stripe_prune", "--erase", "cus_1", "--yes", verbosity=0)

    made = report(NEW, Scope(livemode=False))

    assert RejectedDelivery.objects.filter(stripe_id=big).exists()
    assert (made.events, made.not_compared) == (0, {NOT_RECORDED: 1, SAME_VERSION: 1, BLANKED: 3})


def test_of_the_other_mode_and_of_other_versions_nothing_is_reported(stripe, post, both):
    both("charge.succeeded", build("charge"), {}, {}, livemode=True)
    event = stripe.event("charge.succeeded", build("charge"))
    post(event, "2025-09-30.clover", "?compare=2025-09-30.clover")
    post(event, OLD)

    made = report(NEW, Scope(livemode=False))

    assert (made.events, made.not_compared) == (0, {})
    assert report(NEW, Scope(livemode=True)).events == report("2025-09-30.clover", Scope(livemode=False)).events == 1


def test_a_thin_event_has_no_version_to_compare(stripe, post, sign):
    event = stripe.event("customer.created", build("customer"))
    body = json.dumps(stripe.thin(event)).encode()
    Client().post("/stripe/webhook/", body, "application/json", headers=sign(body, SECRET))
    post(event, NEW, f"?compare={NEW}")

    assert report(NEW, Scope(livemode=False)).not_compared == {SAME_VERSION: 1}


def test_many_deliveries_take_two_queries_for_each_hundred(both, django_assert_num_queries):
    kinds = (
        "charge.succeeded",
        "charge.updated",
        "charge.failed",
        "charge.captured",
        "charge.pending",
        "charge.expired",
    )
    for kind in kinds:
        for _ in range(20):
            both(kind, build("charge"), {"invoice": None}, {})

    with django_assert_num_queries(5):
        made = report(NEW, Scope(livemode=False))

    assert [made.types[kind].differences[Difference("invoice", ONLY_OLD)] for kind in kinds] == [20] * 6
