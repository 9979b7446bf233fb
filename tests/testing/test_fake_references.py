"""What a test may give where an object is meant: its id, the object in any form, its row."""

import json

import pytest

from pinax.stripe.models import Account, Charge, Dispute
from pinax.stripe.testing import ApiError, build
from pinax.stripe.testing.references import id_of

PRICE = {"currency": "eur", "unit_amount": 1500, "recurring": {"interval": "month"}, "product_data": {"name": "Gold"}}


@pytest.fixture
def http_client(fake):
    return fake.http_client()


@pytest.fixture(params=["id", "object", "dict"])
def given(request):
    """Each way to give an object that a request has returned."""
    return {"id": lambda obj: obj.id, "object": lambda obj: obj, "dict": lambda obj: json.loads(str(obj))}[
        request.param
    ]


@pytest.fixture
def charge(v1, customer):
    card = customer.invoice_settings.default_payment_method
    paid = {"amount": 500, "currency": "eur", "customer": customer.id, "payment_method": card, "confirm": True}
    return v1.charges.retrieve(v1.payment_intents.create(paid).latest_charge)


def test_a_checkout_session_and_its_card_are_given_in_any_form(fake, v1, given):
    card = v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    line = {"price": v1.prices.create(PRICE).id, "quantity": 1}
    session = v1.checkout.sessions.create(
        {"mode": "subscription", "line_items": [line], "success_url": "https://a.example"}
    )

    assert fake.complete_checkout(given(session), payment_method=given(card))["status"] == "complete"
    assert fake.created("subscription")[0]["default_payment_method"] == card.id


def test_a_card_that_declines_is_given_in_any_form(fake, v1, given):
    card = v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    fake.subscribe(payment_method=given(card))
    fake.decline(given(card))

    fake.advance(months=1, hours=2)

    (subscription,) = fake.created("subscription")
    assert subscription["status"] == "past_due"


def test_a_payment_to_authenticate_is_given_in_any_form(fake, v1, customer, given):
    paid = {"amount": 500, "currency": "eur", "payment_method": "pm_card_authenticationRequired", "confirm": True}

    assert fake.authenticate(given(v1.payment_intents.create(paid)))["status"] == "succeeded"


def test_a_charge_and_its_dispute_are_given_in_any_form(fake, v1, charge, given):
    dispute = fake.dispute(given(charge))

    assert dispute["charge"] == charge.id
    assert fake.close_dispute(given(v1.disputes.retrieve(dispute["id"])), won=False)["status"] == "lost"


def test_an_account_is_given_in_any_form(fake, v1, given):
    account = v1.accounts.create({"type": "express"})

    assert fake.complete_onboarding(given(account))["charges_enabled"]

    fake.disconnect(given(account))
    with pytest.raises(Exception, match="does not have access"):
        v1.accounts.retrieve(account.id)
    fake.connect(given(account))
    assert v1.accounts.retrieve(account.id).id == account.id


def test_a_row_is_given(fake, v1, charge):
    dispute = fake.dispute(Charge(pk=7, stripe_id=charge.id))
    account = fake.put(build("account"))

    assert fake.close_dispute(Dispute(pk=7, stripe_id=dispute["id"]), won=True)["status"] == "won"
    assert fake.complete_onboarding(Account(pk=7, stripe_id=account["id"]))["id"] == account["id"]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda fake: fake.complete_checkout("cs_test_1"), "No such checkout.session: 'cs_test_1'"),
        (lambda fake: fake.decline("pm_1"), "No such payment_method: 'pm_1'"),
        (lambda fake: fake.authenticate("pi_1"), "No such payment_intent: 'pi_1'"),
        (lambda fake: fake.authenticate("seti_1"), "No such setup_intent: 'seti_1'"),
        (lambda fake: fake.dispute("ch_1"), "No such charge: 'ch_1'"),
        (lambda fake: fake.close_dispute("du_1", won=True), "No such dispute: 'du_1'"),
        (lambda fake: fake.complete_onboarding("acct_1"), "No such account: 'acct_1'"),
        (lambda fake: fake.subscribe(payment_method="pm_1"), "No such payment_method: 'pm_1'"),
    ],
)
def test_an_unknown_id_is_an_error(fake, act, message):
    with pytest.raises(ApiError, match=message):
        act(fake)


@pytest.mark.parametrize("given", [None, 7, {}, Charge(pk=7), {"id": None}])
def test_what_has_no_id_at_stripe_is_an_error(given):
    with pytest.raises(TypeError, match="Expected an id at Stripe"):
        id_of(given)


def test_a_customer_who_subscribes_is_given_in_any_form(fake, v1, given):
    customer = v1.customers.create({"email": "ada@example.com"})

    subscription = fake.subscribe(customer=given(customer))

    assert subscription["customer"] == customer.id
    assert len(v1.customers.list().data) == 1
    assert v1.payment_methods.retrieve(subscription["default_payment_method"]).billing_details.email == customer.email
