"""Every event type goes the whole way, and has its handler and its signal."""

import typing
from pathlib import Path

import pytest
import stripe as stripe_python

from pinax.stripe.catalog import CATALOG
from pinax.stripe.models import Event, OtherObject, model_of
from pinax.stripe.plain_json import storable
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from pinax.stripe.webhooks import registry

SNAPSHOT_TYPES = sorted(name for name, row in CATALOG.items() if row.has_snapshot)
OTHER_TYPES = sorted(set(CATALOG) - set(SNAPSHOT_TYPES))
#: Each type with each type of object that it carries.
CARRIED = [(kind, object_type) for kind in SNAPSHOT_TYPES for object_type in CATALOG[kind].objects or (None,)]

#: The event types of the specification, which keep a handler and a signal for good.
SPECIFIED = """
account.updated account.application.deauthorized account.external_account.created account.external_account.deleted
account.external_account.updated application_fee.created application_fee.refunded application_fee.refund.updated
balance.available bitcoin.receiver.created bitcoin.receiver.filled bitcoin.receiver.updated
bitcoin.receiver.transaction.created charge.captured charge.failed charge.refunded charge.succeeded charge.updated
charge.dispute.closed charge.dispute.created charge.dispute.funds_reinstated charge.dispute.funds_withdrawn
charge.dispute.updated coupon.created coupon.deleted coupon.updated customer.created customer.deleted customer.updated
customer.discount.created customer.discount.deleted customer.discount.updated customer.source.created
customer.source.deleted customer.source.updated customer.subscription.created customer.subscription.deleted
customer.subscription.trial_will_end customer.subscription.updated invoice.created invoice.payment_failed
invoice.payment_succeeded invoice.updated invoiceitem.created invoiceitem.deleted invoiceitem.updated order.created
order.payment_failed order.payment_succeeded order.updated plan.created plan.deleted plan.updated product.created
product.updated recipient.created recipient.deleted recipient.updated sku.created sku.updated transfer.created
transfer.failed transfer.paid transfer.reversed transfer.updated ping
""".split()


def literals(annotation: object) -> set[str]:
    found: set[str] = set()
    for argument in typing.get_args(annotation):
        found |= {argument} if isinstance(argument, str) else literals(argument)
    return found


def test_there_are_292_snapshot_and_legacy_types_and_111_others():
    assert (len(SNAPSHOT_TYPES), len(OTHER_TYPES)) == (292, 111)


def what_it_carries(number, object_type):
    """An object as Stripe may send it one day, and the customers of whom one is who its event is about."""
    if object_type is None:
        return None, {None}
    odd = {"a_new_key": {"deep": ["\0", "\ud800", 1.5, None]}}
    # Of a completed Checkout session the row has more: its line items, which no event carries.
    carried = build(object_type, **odd, **({"status": "open"} if object_type == "checkout.session" else {}))
    columns = {column.name for column in model_of({"object": object_type, "id": "x"}).columns()}
    if object_type == "customer" or "customer" not in columns:
        return carried, named_in(carried) or {None}
    whom = f"cus_{number}"
    is_expanded = "id" in carried and number % 2
    return {**carried, "customer": {"id": whom, "object": "customer"} if is_expanded else whom}, {whom}


def named_in(value):
    """Return every customer's id that stands anywhere in a value."""
    if isinstance(value, dict):
        return {name for part in value.values() for name in named_in(part)}
    if isinstance(value, list):
        return {name for part in value for name in named_in(part)}
    return {value} if isinstance(value, str) and value.startswith("cus_") else set()


@pytest.mark.django_db
def test_an_event_of_every_type_goes_the_whole_way(stripe, post_event, heard):
    """It is confirmed, signalled once, leaves a row with all of its object, and names its customer."""
    stripe.connect("acct_1")
    faults = []
    for number, (kind, object_type) in enumerate(CARRIED):
        carried, customers = what_it_carries(number, object_type)
        account = "acct_1" if kind.startswith(("account.", "capability.", "person.")) else ""
        body = stripe.event(kind, carried, account=account)
        stripe.advance(10)
        heard.clear()

        response = post_event(body)

        event = Event.objects.get(stripe_id=body["id"])
        facts = {
            "answer": (response.status_code, response.content) == (200, b"received\n"),
            "event": (event.kind, event.valid, event.processed, event.deliveries) == (kind, True, True, 1),
            "errors": event.exceptions.count() == 0,
            "signals": [call.signal for call in heard] == [kind, "*"],
            "sender": {call.sender for call in heard} == {registry[kind]},
            "row": not carried or storable(carried) in payloads(heard[0].instance, carried.get("id", "")),
            "customer": (event.customer and event.customer.stripe_id) in customers,
        }
        faults += [f"{kind} with {object_type}: {name}" for name, is_right in facts.items() if not is_right]

    assert faults == [], "\n".join(faults)
    assert {kind for kind, _ in CARRIED} == set(SNAPSHOT_TYPES)


def payloads(row, object_id):
    """What the database keeps of the row that receivers were given, and of an object without a model of its own."""
    rows = type(row).all_objects.filter(pk=row.pk) if row else OtherObject.objects.none()
    others = OtherObject.all_objects.filter(stripe_id=object_id)
    return [*rows.values_list("data", flat=True), *others.values_list("data", flat=True)]


def test_every_type_has_a_handler_and_a_signal():
    named = {kind: (registry[kind].name, WEBHOOK_SIGNALS[kind].kind, registry[kind].description) for kind in CATALOG}

    assert named == {kind: (kind, kind, row.sentence) for kind, row in CATALOG.items()}


def test_the_event_types_of_the_specification_stay_for_good():
    assert [kind for kind in SPECIFIED if kind not in CATALOG] == []
    assert [kind for kind in SPECIFIED if kind not in registry] == []
    assert [kind for kind in SPECIFIED if kind not in WEBHOOK_SIGNALS] == []


def test_the_catalogue_has_every_type_that_the_installed_stripe_python_names():
    named = literals(typing.get_type_hints(stripe_python.Event)["type"])

    assert len(named) > 200
    assert named - set(SNAPSHOT_TYPES) == set()


def test_the_catalogue_has_every_thin_type_that_the_installed_stripe_python_names():
    folder = Path(stripe_python.__file__).parent / "events"
    texts = [path.read_text() for path in folder.glob("_v[12]_*.py")]
    named = {text.split('LOOKUP_TYPE = "')[1].split('"')[0] for text in texts if 'LOOKUP_TYPE = "' in text}

    assert len(named) >= 3
    assert {name for name in named if name not in WEBHOOK_SIGNALS} == set()


def test_every_sentence_of_the_catalogue_is_one_of_its_own():
    sentences = [row.sentence for row in CATALOG.values()]

    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)
