"""What one delivery costs: counted, not timed (DESIGN.md, section 11)."""

import json

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import mix
from pinax.stripe.catalog import CATALOG
from pinax.stripe.models import Event, StripeObject, model_of
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from tests.tracing import traced

pytestmark = pytest.mark.django_db(transaction=True)

#: The statements of a first delivery, BEGIN, COMMIT and savepoints counted. SQLite has no lock on a row, and takes one
#: statement more to lock its only writer out.
FIRST = 9 + (connection.vendor == "sqlite")
#: With what children and whole objects inside point at, which is looked up in one query.
WITH_OTHERS = FIRST + 1


def enqueue_nowhere(event_pk):
    """A dispatcher that takes the event and runs nothing."""


@pytest.fixture
def statements_of(post_event):
    def count(body, status=200):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert post_event(body).status_code == status
        return [query["sql"] for query in captured.captured_queries]

    return count


@pytest.fixture
def known_charge(stripe, post_event, connect):
    """A charge of a known customer, a receiver for it, and nothing asked or heard yet."""
    customer = build("customer")
    charge = build("charge", customer=customer["id"], refunds=None)
    post_event(stripe.event("customer.created", customer))
    post_event(stripe.event("charge.pending", charge))
    connect(WEBHOOK_SIGNALS["charge.succeeded"], lambda **kwargs: None)
    stripe.advance(10)
    stripe.requests.clear()
    return charge


def test_a_first_delivery_costs_one_call_and_nine_statements(stripe, statements_of, known_charge):
    statements = statements_of(stripe.event("charge.succeeded", {**known_charge, "status": "succeeded"}))

    assert Event.objects.filter(processed=True).count() == 3
    assert [request.path for request in stripe.requests] == [f"/v1/events/{Event.objects.first().stripe_id}"]
    assert len(statements) <= FIRST, "\n".join(statements)


@pytest.mark.parametrize(("validation", "calls"), [("signature", 350), ("retrieve", 450)])
def test_a_first_delivery_costs_so_many_calls_of_functions(
    validation, calls, stripe, post_event, known_charge, settings, sign
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_" + "s" * 32]
    settings.PINAX_STRIPE_VALIDATION = validation
    for _ in range(2):  # the first delivery compiles the statements
        body = json.dumps(stripe.event("charge.succeeded", {**known_charge, "status": "succeeded"})).encode()
        headers = sign(body, settings.PINAX_STRIPE_WEBHOOK_SECRETS[0])
        stripe.advance(10)

        with traced() as trace:
            assert post_event(body, **headers).status_code == 200

    assert trace.calls <= calls, trace.most_common(40)


#: What each event of a subscriber's first month costs at most where a signature alone confirms it: SQL statements
#: besides those of `FIRST`, and calls of this package's functions. A customer whom the row does not reference yet is
#: looked up again inside the transaction, and so are children and whole objects inside; each model of stubs is one
#: more.
OF_A_STORY = {
    "customer.created": (0, 330),
    "payment_method.attached": (1, 360),
    "customer.updated": (1, 360),
    "customer.subscription.created": (2, 570),
    "invoice.created": (5, 620),
    "invoice.finalized": (1, 510),
    "payment_intent.succeeded": (2, 360),
    "charge.succeeded": (2, 415),
    "invoice.paid": (1, 510),
    "customer.subscription.updated": (1, 540),
    "charge.refunded": (0, 375),
}


@pytest.mark.parametrize("validation", ["signature", "retrieve"])
def test_every_event_of_a_story_keeps_to_its_statements_calls_and_parses(
    validation, stripe, post_event, connect, settings, sign
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_" + "s" * 32]
    settings.PINAX_STRIPE_VALIDATION = validation

    def post(event):
        body = json.dumps(event).encode()
        headers = sign(body, settings.PINAX_STRIPE_WEBHOOK_SECRETS[0])
        with CaptureQueriesContext(connection) as captured, traced() as trace:
            assert post_event(body, **headers).status_code == 200
        return len(captured), trace

    for event in mix.catalogue(stripe):
        post(event)
    for kind in mix.TYPES:
        connect(WEBHOOK_SIGNALS[kind], lambda **kwargs: None)
    for event in mix.story(stripe):  # compiles the statements
        post(event)
    stripe.advance(60)

    asks = validation == "retrieve"
    for event in mix.story(stripe):
        more, calls = OF_A_STORY[event["type"]]
        # MariaDB does not say which of the stubs it has created, and they are looked up again.
        more += connection.vendor == "mysql" and event["type"] in STUBS
        statements, trace = post(event)
        assert (event["type"], trace["plain_json.py:parse"]) == (event["type"], 1 + asks)
        assert statements <= FIRST + more, event["type"]
        assert trace.calls <= calls + 130 * asks, (event["type"], trace.calls, trace.most_common(30))


#: Events of a story that name objects not seen before.
STUBS = {"invoice.created", "payment_intent.succeeded", "charge.succeeded"}


def test_order_in_doubt_costs_one_more_call_and_one_more_statement(stripe, statements_of, known_charge):
    late = stripe.event("charge.succeeded", known_charge, created=stripe.now - 60)

    statements = statements_of(late)

    assert [request.path for request in stripe.requests] == [
        f"/v1/events/{late['id']}",
        f"/v1/charges/{known_charge['id']}",
    ]
    assert len(statements) <= FIRST + 1, "\n".join(statements)


def test_a_duplicate_of_a_done_event_costs_two_statements_and_no_call(stripe, statements_of, known_charge):
    body = stripe.event("charge.succeeded", known_charge)
    statements_of(body)
    stripe.requests.clear()

    statements = statements_of(body)

    assert len(statements) == 2
    assert stripe.requests == []


def test_a_signed_duplicate_costs_one_statement_and_is_counted(
    stripe, post_event, django_assert_num_queries, known_charge, settings, sign
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_" + "s" * 32]
    body = json.dumps(stripe.event("charge.succeeded", known_charge)).encode()
    headers = sign(body, settings.PINAX_STRIPE_WEBHOOK_SECRETS[0])
    post_event(body, **headers)
    stripe.requests.clear()

    with django_assert_num_queries(2 if connection.vendor == "mysql" else 1):  # MySQL would lock the row first
        response = post_event(body, **headers)

    assert response.status_code == 200
    assert Event.objects.get(kind="charge.succeeded").deliveries == 2
    assert stripe.requests == []


def test_a_signed_delivery_of_an_event_that_is_not_processed_is_no_duplicate(
    stripe, post_event, connect, known_charge, settings, sign
):
    def fails_once(**kwargs):
        calls.append(kwargs["event"].stripe_id)
        assert len(calls) > 1

    calls = []
    connect(WEBHOOK_SIGNALS["charge.captured"], fails_once)
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_" + "s" * 32]
    body = json.dumps(stripe.event("charge.captured", known_charge)).encode()
    headers = sign(body, settings.PINAX_STRIPE_WEBHOOK_SECRETS[0])

    answers = [post_event(body, **headers).status_code for _ in range(3)]

    assert answers == [503, 200, 200]
    assert len(calls) == 2


def test_a_queued_event_costs_one_statement_until_the_answer(stripe, statements_of, known_charge, settings):
    settings.PINAX_STRIPE_DISPATCHER = f"{__name__}.enqueue_nowhere"

    statements = statements_of(stripe.event("charge.succeeded", known_charge))

    assert len(statements) == 1
    assert stripe.requests == []


def lists(**children):
    return {name: {"object": "list", "data": data, "has_more": False} for name, data in children.items()}


#: An object of each shape, the kind of event that changes it, and how many kinds of children it carries.
SHAPES = {
    "coupon": ("coupon.updated", lambda: build("coupon"), 0),
    "dispute": ("charge.dispute.updated", lambda: build("dispute"), 0),
    "transfer": ("transfer.updated", lambda: build("transfer"), 1),
    "payment intent": ("payment_intent.processing", lambda: build("payment_intent"), 0),
    "payout": ("payout.updated", lambda: build("payout"), 0),
    "account": ("account.updated", lambda: build("account", id="acct_fake"), 0),
    "customer": ("customer.updated", lambda: build("customer", id="cus_1"), 0),
    "customer with cards": (
        "customer.updated",
        lambda: build("customer", id="cus_1") | lists(sources=[build("card", customer="cus_1") for _ in range(9)]),
        1,
    ),
    "charge with refunds": (
        "charge.updated",
        lambda: build("charge", id="ch_1") | lists(refunds=[build("refund", charge="ch_1") for _ in range(9)]),
        1,
    ),
    "subscription": ("customer.subscription.updated", lambda: build("subscription"), 1),
    "invoice": ("invoice.updated", lambda: build("invoice", lines=[build("line_item") for _ in range(9)]), 1),
}


@pytest.mark.parametrize("name", SHAPES)
def test_children_add_two_statements_for_each_kind_and_none_for_each_row(
    name, stripe, post_event, statements_of, connect
):
    kind, make, kinds_of_children = SHAPES[name]
    known = make()
    post_event(stripe.event(kind, known))
    connect(WEBHOOK_SIGNALS[kind], lambda **kwargs: None)
    stripe.advance(10)
    stripe.requests.clear()

    statements = statements_of(stripe.event(kind, {**known, "metadata": {"changed": "yes"}}))

    assert len(stripe.requests) == 1
    assert len(statements) <= WITH_OTHERS + 2 * kinds_of_children, "\n".join(statements)


def event_of(object_type):
    """An event type that brings an object of this type up to date."""
    found = [
        row.name for row in CATALOG.values() if object_type in row.objects and row.action == "sync" and row.has_snapshot
    ]
    return next((name for name in found if name.endswith("updated")), found[0] if found else None)


TYPED = sorted(model.stripe_object for model in StripeObject.__subclasses__() if event_of(model.stripe_object))


@pytest.mark.parametrize("object_type", TYPED)
def test_the_costs_hold_for_every_typed_model(object_type, stripe, post_event, statements_of, connect):
    kind = event_of(object_type)
    # A completed Checkout session is one request more: its line items are in no event.
    given = {"account": {"id": stripe.account_id}, "checkout.session": {"status": "open"}}
    known = build(object_type, **given.get(object_type, {}))
    post_event(stripe.event(kind, known))
    connect(WEBHOOK_SIGNALS[kind], lambda **kwargs: None)
    stripe.advance(10)
    stripe.requests.clear()

    statements = statements_of(stripe.event(kind, {**known, "metadata": {"changed": "yes"}}))

    carried = {
        child["object"] for value in known.values() if isinstance(value, dict) for child in value.get("data", [])
    } | {declaration.models[0] for declaration in model_of(known).stripe_children if declaration.owned}
    assert len(stripe.requests) == 1
    assert len(statements) <= WITH_OTHERS + 2 * len(carried), "\n".join(statements)


#: Every kind of child that a model declares, and an object that has it.
DECLARED = {
    f"{model.__name__}.{declaration.name} {name}": (model, declaration, apps.get_model("pinax_stripe", name))
    for model in StripeObject.__subclasses__()
    for declaration in model.stripe_children
    for name in declaration.models
}
SUMMARY = "entitlements.active_entitlement_summary"


@pytest.mark.parametrize("name", DECLARED)
def test_nine_children_of_every_kind_cost_no_more_than_one_and_two_statements_at_most(
    name, stripe, post_event, statements_of, connect
):
    parent, declaration, child = DECLARED[name]
    object_type = parent.stripe_object or SUMMARY
    kind = event_of(object_type)
    connect(WEBHOOK_SIGNALS[kind], lambda **kwargs: None)
    whole = build(object_type, id=stripe.account_id if object_type == "account" else f"{object_type}_1")
    if object_type == "checkout.session":
        whole |= {"status": "complete"}
    without = {**whole, **{one.path.partition(".")[0]: None for one in parent.stripe_children}}

    def statements(number):
        members = [build(child.stripe_object, id=f"{child.stripe_object}_{nth}") for nth in range(number)]
        first, _, rest = declaration.path.partition(".")
        carried = {**without, **(lists(**{first: members}) if rest else {first: members})}
        post_event(stripe.event(kind, carried))
        assert child.objects.synced().count() == number
        stripe.advance(10)
        changed = {**carried, "metadata": {"changed": str(number)}}
        return statements_of(stripe.event(kind, changed))

    none, one, nine = statements(0), statements(1), statements(9)

    assert len(none) <= WITH_OTHERS + declaration.owned  # a list that is empty and complete says that others are gone
    assert len(nine) == len(one) <= WITH_OTHERS + 2, "\n".join(nine)


def test_there_is_an_event_type_for_nearly_every_typed_model():
    # The others come inside another object only.
    assert {model.stripe_object for model in StripeObject.__subclasses__()} - set(TYPED) == {
        "",
        "balance_transaction",
        "entitlements.active_entitlement",
        "item",
        "line_item",
        "subscription_item",
        "transfer_reversal",
    }
