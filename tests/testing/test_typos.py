"""A test that misspells a name is told so: what is silently ignored would let it pass, or fail elsewhere."""

import re

import pytest
import stripe

from pinax.stripe import signals
from pinax.stripe.testing import FakeStripe
from pinax.stripe.testing.operation_names import check_operation
from pinax.stripe.testing.typos import check_error_code

NEWEST = int(stripe.VERSION.split(".")[0]) >= 16


@pytest.mark.parametrize(
    ("act", "meant"),
    [
        (lambda fake: fake.scripted("transferz.create", {}), "transfers.create"),
        (lambda fake: fake.scripted("invoices.send", {}), "invoices.send_invoice"),
        (lambda fake: fake.scripted("refunds.create", error="charge_already_refundet"), "charge_already_refunded"),
        (lambda fake: fake.calls("checkout.session.create"), "checkout.sessions.create"),
        (lambda fake: fake.calls("invoiceitems.create"), "invoice_items.create"),
        (lambda fake: fake.created("checkout_session"), "checkout.session"),
        (lambda fake: fake.remove("custommer", "cus_1"), "customer"),
        (lambda fake: fake.event("invoice.payed"), "invoice.paid"),
        (lambda fake: fake.thin_event("v1.invoice.payed"), "v1.invoice.paid"),
        (lambda fake: fake.thin_event("v2.core.account.update"), "v2.core.account.updated"),
    ],
)
def test_a_misspelt_name_is_an_error_that_names_the_right_one(fake, act, meant):
    with pytest.raises(ValueError, match=f"Did you mean .*'{re.escape(meant)}'"):
        act(fake)

    assert (fake.undelivered, fake.requests) == ([], [])


def test_an_unknown_operation_or_error_code_is_an_error_even_if_nothing_is_similar(fake):
    with pytest.raises(ValueError, match=r"no operation 'fetch'\. Any pattern with \* is accepted"):
        fake.calls("fetch")
    with pytest.raises(ValueError, match=r"no error code 'zzz'\. With status=\.\.\. any code is accepted"):
        fake.scripted("refunds.create", error="zzz")


@pytest.mark.parametrize("kind", ["v2.core.brand.created", "billing.alert.created", "invoice_payment.updated"])
def test_a_new_event_type_may_be_similar_to_others(kind, fake):
    assert fake.event(kind)["type"] == kind


def test_what_may_be_new_is_accepted(fake):
    event = fake.event("flying.widget.launched", {"object": "flying.widget", "id": "fw_1"})

    assert fake.created("flying.widget") == [event["data"]["object"]]
    assert fake.calls("flying.widgets.*") == []
    fake.scripted("flying.widgets.*", {"id": "fw_1"})
    fake.scripted("refunds.create", error="brand_new", status=418)


def test_a_declared_event_type_is_accepted(fake):
    with signals.override():
        signals.declare("invoice.payed")

        assert fake.event("invoice.payed")["type"] == "invoice.payed"


def test_an_operation_of_a_newer_stripe_python_is_accepted(monkeypatch):
    service = type(stripe.StripeClient("sk_test_fake").v1.refunds)
    monkeypatch.setattr(service, "created_later", lambda self: None, raising=False)

    check_operation("refunds.created_later")


@pytest.mark.skipif(not NEWEST, reason="the codes are those of the newest stripe-python")
def test_the_error_codes_are_those_of_stripe_python():
    hint = str(stripe.SetupIntent.LastSetupError.__annotations__["code"])
    codes = re.findall(r"'(\w+)'", hint)

    assert len(codes) > 200
    for code in codes:
        check_error_code(code)


def test_the_clock_does_not_go_back(fake):
    before = fake.now

    with pytest.raises(ValueError, match="moves the clock forward"):
        fake.advance(days=-3)

    assert fake.now == before
    fake.advance(days=3, hours=-1)
    assert FakeStripe(now=before).now == before
