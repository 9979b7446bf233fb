"""Every event type goes the whole way, and has its handler and its signal."""

import typing
from pathlib import Path

import pytest
import stripe as stripe_python

from pinax.stripe.catalog import CATALOG
from pinax.stripe.models import Event
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from pinax.stripe.webhooks import registry

SNAPSHOT_TYPES = sorted(name for name, row in CATALOG.items() if row.has_snapshot)
OTHER_TYPES = sorted(set(CATALOG) - set(SNAPSHOT_TYPES))

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


def test_there_are_292_snapshot_and_legacy_types_and_110_others():
    assert (len(SNAPSHOT_TYPES), len(OTHER_TYPES)) == (292, 110)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", SNAPSHOT_TYPES)
def test_an_event_of_every_type_goes_the_whole_way(kind, stripe, post_event, heard):
    row = CATALOG[kind]
    account = "acct_1" if kind.startswith("account.") else ""
    stripe.connect("acct_1")
    body = stripe.event(kind, build(row.objects[0]) if row.objects else None, account=account)

    response = post_event(body)

    event = Event.objects.get()
    assert (response.status_code, response.content) == (200, b"received\n")
    assert (event.kind, event.valid, event.processed, event.deliveries) == (kind, True, True, 1)
    assert [call.signal for call in heard] == [kind, "*"]
    assert {call.sender for call in heard} == {registry[kind]}
    assert event.exceptions.count() == 0


@pytest.mark.parametrize("kind", SNAPSHOT_TYPES + OTHER_TYPES)
def test_every_type_has_a_handler_and_a_signal(kind):
    assert registry[kind].name == WEBHOOK_SIGNALS[kind].kind == kind
    assert registry[kind].description == CATALOG[kind].sentence


@pytest.mark.django_db
@pytest.mark.parametrize("kind", OTHER_TYPES)
def test_a_thin_body_is_answered_400_with_a_clear_line_until_it_is_read(kind, stripe, post_event, heard, caplog):
    kind = kind if kind.startswith("v2.") else f"v1.{kind}"

    response = post_event({"object": "v2.core.event", "id": "evt_1", "type": kind, "created": "2026-10-28T12:00:00Z"})

    assert response.status_code == 400
    assert "thin events are not read yet" in caplog.text
    assert (Event.objects.count(), heard, stripe.requests) == (0, [], [])


@pytest.mark.parametrize("kind", SPECIFIED)
def test_the_event_types_of_the_specification_stay_for_good(kind):
    assert kind in CATALOG
    assert kind in registry
    assert kind in WEBHOOK_SIGNALS


def test_the_catalogue_has_every_type_that_the_installed_stripe_python_names():
    named = literals(typing.get_type_hints(stripe_python.Event)["type"])

    assert len(named) > 200
    assert named - set(SNAPSHOT_TYPES) == set()


def test_the_catalogue_has_every_thin_type_that_the_installed_stripe_python_names():
    folder = Path(stripe_python.__file__).parent / "events"
    texts = [path.read_text() for path in folder.glob("_v[12]_*.py")]
    named = {text.split('LOOKUP_TYPE = "')[1].split('"')[0] for text in texts if 'LOOKUP_TYPE = "' in text}

    assert len(named) >= 3
    assert {name.removeprefix("v1.") for name in named} - set(CATALOG) == set()


def test_every_sentence_of_the_catalogue_is_one_of_its_own():
    sentences = [row.sentence for row in CATALOG.values()]

    assert len(set(sentences)) == len(sentences)
    assert all(sentence.endswith(".") for sentence in sentences)
