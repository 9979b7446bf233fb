"""Three verdicts: confirmed, differs, could not check."""

import json
import logging
import time

import pytest

from pinax.stripe.models import Account, Customer, Event, OtherObject, RejectedDelivery
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db


def error(**said):
    return {"error": {"type": "invalid_request_error", "message": "No.", **said}}


ANOTHER = {"id": "evt_other", "object": "event", "type": "charge.succeeded", "created": 1, "livemode": False}

ANSWERS = {
    "404": ({"status": 404, "body": error(code="resource_missing")}, False, 400),
    "another event": ({"status": 200, "body": {**ANOTHER, "data": {"object": {}}}}, False, 400),
    "401": ({"status": 401, "body": error()}, None, 503),
    "403 for another reason": ({"status": 403, "body": error(code="more_permissions_required")}, None, 503),
    "404 without a word of Stripe's": ({"status": 404, "body": "<html>not here</html>"}, None, 503),
    "409": ({"status": 409, "body": error()}, None, 503),
    "429": ({"status": 429, "body": error()}, None, 503),
    "500": ({"status": 500, "body": error()}, None, 503),
    "502 in HTML": ({"status": 502, "body": "<html>bad gateway</html>"}, None, 503),
    "garbage": ({"status": 200, "body": b"\x00\xff garbage"}, None, 503),
    "a list": ({"status": 200, "body": "[]"}, None, 503),
    "null": ({"status": 200, "body": "null"}, None, 503),
    "a string": ({"status": 200, "body": '"evt"'}, None, 503),
    "NaN": ({"status": 200, "body": '{"object": "event", "created": NaN}'}, None, 503),
    "deep": ({"status": 200, "body": "[" * 100_000}, None, 503),
    "another object": ({"status": 200, "body": {"id": "cus_1", "object": "customer"}}, None, 503),
    "nothing at all": ({"status": None}, None, 503),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_stripes_answer_decides_and_the_next_delivery_goes_through(name, stripe, post_event, heard):
    answer, valid, status = ANSWERS[name]
    body = stripe.event("charge.succeeded", build("charge"))

    with stripe.answering(**answer):
        response = post_event(body)

    event = Event.objects.get()
    assert (response.status_code, event.valid, event.processed) == (status, valid, False)
    assert event.exceptions.count() == (1 if status == 503 else 0)
    assert event.verification_note
    assert heard == []

    assert post_event(body).status_code == 200
    event = Event.objects.get()
    assert (event.valid, event.processed, event.verification_note) == (True, True, "")
    assert len(heard) == 2


@pytest.mark.loopback
def test_stripe_being_away_altogether_is_a_503_that_says_so(stripe, post_event, settings):
    body = stripe.event("charge.succeeded", build("charge"))
    settings.PINAX_STRIPE_API_BASE = "http://127.0.0.1:9"

    assert post_event(body).status_code == 503
    event = Event.objects.get()
    assert event.verification_note == "could not check: no answer (APIConnectionError)"
    assert event.exceptions.get().stage == "verify"


def test_without_any_key_nobody_can_be_asked_and_stripe_is_to_come_again(stripe, post_event, settings):
    settings.PINAX_STRIPE_SECRET_KEY = ""
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None

    assert post_event(stripe.event("ping")).status_code == 503
    event = Event.objects.get()
    assert (event.valid, event.skipped) == (None, False)
    assert event.verification_note == "could not check: PINAX_STRIPE_SECRET_KEY is not set"


def test_an_answer_that_comes_too_late_is_none(stripe, post_event, settings):
    settings.PINAX_STRIPE_API_TIMEOUT = (1, 0.05)
    body = stripe.event("charge.succeeded", build("charge"))

    with stripe.answering(status=200, body="{}", delay=0.3):
        assert post_event(body).status_code == 503
    assert Event.objects.get().valid is None


def test_an_account_that_our_key_may_not_see_makes_it_invalid(stripe, post_event, heard):
    stripe.connect("acct_1")
    body = stripe.event("charge.succeeded", build("charge"), account="acct_1")
    stripe.disconnect("acct_1")

    assert post_event(body).status_code == 400
    event = Event.objects.get()
    assert event.valid is False
    assert event.verification_note == "the key has no access to account acct_1: forged, or deauthorised meanwhile"
    assert heard == []


def test_a_copy_that_names_no_account_is_of_the_account_that_was_asked_for(stripe, post_event):
    stripe.connect("acct_1")
    body = stripe.event("charge.succeeded", build("charge"), account="acct_1")
    unnamed = {name: value for name, value in body.items() if name != "account"}

    stripe.answering(status=200, body=unnamed, path="/v1/events/*", times=1)

    assert [post_event(body).status_code, post_event(body).status_code] == [200, 200]
    event = Event.objects.get()
    assert (event.stripe_account, event.message["account"], event.deliveries) == ("acct_1", "acct_1", 2)


class TestDeauthorized:
    """account.application.deauthorized can no longer be fetched: Stripe's refusal is its proof."""

    @pytest.fixture
    def goodbye(self, stripe):
        stripe.connect("acct_1")
        body = stripe.event("account.application.deauthorized", build("application", id="ca_1"), account="acct_1")
        stripe.disconnect("acct_1")
        return body

    @pytest.fixture
    def known_account(self, stripe, post_event):
        stripe.connect("acct_1")
        post_event(stripe.event("account.updated", build("account", id="acct_1"), account="acct_1"))

    def test_of_an_account_that_we_know_it_is_confirmed_by_the_refusal(self, known_account, goodbye, post_event, heard):
        assert post_event(goodbye).status_code == 200

        event, account = Event.objects.get(kind=goodbye["type"]), Account.objects.get()
        assert (event.valid, event.processed) == (True, True)
        assert "refusal" in event.verification_note
        assert account.deauthorized_at is not None
        assert [(call.signal, call.instance) for call in heard] == [(goodbye["type"], account), ("*", account)]

    def test_it_is_a_duplicate_when_it_comes_again(self, known_account, goodbye, post_event, heard):
        post_event(goodbye)
        heard.clear()

        assert post_event(goodbye).status_code == 200
        assert (Event.objects.get(kind=goodbye["type"]).deliveries, RejectedDelivery.objects.count(), heard) == (
            2,
            0,
            [],
        )

    def test_two_deliveries_of_it_at_once_are_one(self, known_account, goodbye, post_event, heard):
        class Overtaking(logging.Handler):
            """Let the second delivery be done while Stripe is asked about the first."""

            def emit(self, record):
                logger.removeHandler(self)
                assert post_event(goodbye).status_code == 200

        logger = logging.getLogger("stripe")
        logger.addHandler(Overtaking(logging.INFO))

        assert post_event(goodbye).status_code == 200
        assert [call.signal for call in heard] == [goodbye["type"], "*"]
        assert RejectedDelivery.objects.count() == 0

    def test_a_receiver_that_fails_at_it_is_called_again(self, known_account, goodbye, post_event, connect):
        calls = []

        def receiver(**kwargs):
            calls.append(1)
            if len(calls) == 1:
                raise ValueError("not now")

        connect(WEBHOOK_SIGNALS[goodbye["type"]], receiver)

        assert [post_event(goodbye).status_code, post_event(goodbye).status_code] == [503, 200]
        assert Event.objects.get(kind=goodbye["type"]).processed

    def test_a_key_that_lacks_a_permission_on_the_account_confirms_nothing(
        self, stripe, known_account, goodbye, post_event
    ):
        words = "The provided key does not have the required permissions for this endpoint on account 'acct_1'."

        with stripe.answering(status=403, body={"error": {"type": "invalid_request_error", "message": words}}):
            assert post_event(goodbye).status_code == 503
        assert Account.objects.get().deauthorized_at is None

    def test_the_object_that_came_with_it_is_confirmed_by_nobody_and_not_used(self, known_account, goodbye, post_event):
        post_event(goodbye)

        assert Event.objects.get(kind=goodbye["type"]).object == {}
        assert OtherObject.objects.filter(object_type="application").count() == 0

    def test_a_valid_event_of_the_account_makes_it_known_too(self, stripe, goodbye, post_event):
        stripe.connect("acct_1")
        post_event(stripe.event("charge.succeeded", build("charge"), account="acct_1"))
        stripe.disconnect("acct_1")

        assert post_event(goodbye).status_code == 200

    def test_of_an_account_that_nobody_knows_it_is_invalid(self, goodbye, post_event, heard):
        assert post_event(goodbye).status_code == 400
        assert Event.objects.get().valid is False
        assert (heard, Account.all_objects.count()) == ([], 0)

    def test_while_the_account_is_connected_a_forged_one_is_invalid(self, stripe, known_account, post_event, heard):
        lie = {**stripe.event("ping"), "type": "account.application.deauthorized", "account": "acct_1"}
        lie["id"] = "evt_forged"

        assert post_event(lie).status_code == 400
        assert Account.objects.get().deauthorized_at is None
        assert heard == []

    def test_an_account_that_is_known_by_rumour_only_is_not_known(self, stripe, goodbye, post_event):
        post_event(stripe.event("transfer.created", build("transfer", destination="acct_1")))
        assert Account.objects.get().is_stub

        assert post_event(goodbye).status_code == 400

    def test_after_a_new_connection_it_is_old_news(self, stripe, known_account, goodbye, post_event):
        stripe.advance(10)
        stripe.connect("acct_1")
        post_event(stripe.event("account.application.authorized", build("application"), account="acct_1"))
        stripe.disconnect("acct_1")

        assert post_event(goodbye).status_code == 200
        assert Account.objects.get().deauthorized_at is None

    def test_a_new_connection_before_it_is_old_news(self, stripe, known_account, goodbye, post_event):
        hello = stripe.event(
            "account.application.authorized", build("application"), account="acct_1", created=stripe.now - 60
        )
        post_event(goodbye)
        stripe.connect("acct_1")

        assert post_event(hello).status_code == 200
        assert Account.objects.get().deauthorized_at is not None

    def test_the_same_news_of_an_account_that_has_gone_is_invalid(self, known_account, goodbye, post_event, heard):
        post_event(goodbye)
        heard.clear()

        assert post_event({**goodbye, "id": "evt_forged"}).status_code == 400
        assert heard == []

    @pytest.mark.parametrize(
        "answer",
        [
            {"status": 500},
            {"status": 401, "body": error()},
            {"status": 403, "body": error(code="more_permissions_required")},
            {"status": None},
        ],
    )
    def test_no_other_trouble_confirms_it(self, answer, stripe, known_account, goodbye, post_event):
        with stripe.answering(**answer):
            assert post_event(goodbye).status_code == 503
        assert Account.objects.get().deauthorized_at is None

    def test_an_account_that_comes_back_is_no_longer_marked(self, stripe, known_account, goodbye, post_event):
        post_event(goodbye)
        stripe.connect("acct_1")

        back = stripe.event("account.application.authorized", build("application", id="ca_1"), account="acct_1")

        assert post_event(back).status_code == 200
        assert Account.objects.get().deauthorized_at is None
        assert OtherObject.objects.get(object_type="application").stripe_id == "ca_1"


class TestSignature:
    """Where secrets are set, the signature is checked over the raw bytes before anything else."""

    @pytest.fixture
    def signed(self, post_event, sign):
        def post(body, secret="whsec_one", tamper=b"", **how):
            raw = json.dumps(body).encode()
            return post_event(raw + tamper, **sign(raw, secret, **how))

        return post

    @pytest.fixture(autouse=True)
    def secrets(self, settings):
        settings.PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_one", "whsec_two"]

    @pytest.mark.parametrize("secret", ["whsec_one", "whsec_two"])
    def test_any_of_the_secrets_may_have_signed(self, secret, stripe, signed):
        assert signed(stripe.event("ping"), secret=secret).status_code == 200

    @pytest.mark.parametrize(
        "wrong", [{"secret": "whsec_three"}, {"scheme": "v0"}, {"tamper": b" "}, {"at": 1}, {"at": 4_000_000_000}]
    )
    def test_what_is_not_signed_is_answered_400_and_not_recorded(self, wrong, stripe, signed):
        assert signed(stripe.event("ping"), **wrong).status_code == 400
        assert (Event.objects.count(), stripe.requests) == (0, [])

    @pytest.mark.parametrize(
        "header", ["", "t", "t=", "t=1", "v1=", "t=x,v1=y", "t=1,v1=\xe9", "t=" + "9" * 5000, "t=1," + "v1=a," * 5000]
    )
    def test_no_header_is_too_odd_to_be_refused(self, header, stripe, post_event):
        assert post_event(stripe.event("ping"), **{"Stripe-Signature": header}).status_code == 400

    def test_one_secret_given_as_a_string_is_one_secret(self, stripe, signed, settings):
        settings.PINAX_STRIPE_WEBHOOK_SECRETS = "whsec_one"

        assert signed(stripe.event("ping")).status_code == 200
        assert signed(stripe.event("ping"), secret="w").status_code == 400

    def test_a_signed_duplicate_is_one_whatever_was_recorded(self, stripe, signed):
        body = stripe.event("ping")
        signed(body)

        assert signed({**body, "pending_webhooks": 9}).status_code == 200

    def test_by_signature_alone_no_key_is_needed_even_where_order_is_in_doubt(self, stripe, signed, settings):
        settings.PINAX_STRIPE_VALIDATION = "signature"
        settings.PINAX_STRIPE_TEST_SECRET_KEY = None
        customer = build("customer", id="cus_1", livemode=False)

        for name in ("one", "two"):
            assert signed(stripe.event("customer.updated", {**customer, "name": name})).status_code == 200
        assert Customer.objects.get().name == "two"

    def test_an_old_delivery_is_not_made_new_by_a_second_time(self, stripe, post_event, sign):
        body = json.dumps(stripe.event("ping")).encode()
        old = sign(body, "whsec_one", at=1_000_000_000)["Stripe-Signature"]

        for times in ("t=+1000000000", "t= 1000000000", "t=1000000000,t=1000000000", "t=1_000_000_000"):
            header = old.replace("t=1000000000", f"{times},t={int(time.time())}")
            assert post_event(body, **{"Stripe-Signature": header}).status_code == 400

    def test_both_are_asked_for_where_both_are_set(self, stripe, signed):
        assert signed({**stripe.event("ping"), "id": "evt_made_up"}).status_code == 503
        assert Event.objects.get().valid is None

        lie = stripe.event("charge.succeeded", build("charge", amount=1))
        lie = {**lie, "data": {"object": {**lie["data"]["object"], "amount": 2}}}
        assert signed(lie).status_code == 400
        assert Event.objects.get(stripe_id=lie["id"]).valid is False

    def test_by_signature_alone_stripe_is_not_asked(self, stripe, signed, heard, settings):
        settings.PINAX_STRIPE_VALIDATION = "signature"

        assert signed(stripe.event("customer.created", build("customer"))).status_code == 200
        event = Event.objects.get()
        assert (event.valid, event.processed, event.verification_note) == (True, True, "by its signature")
        assert (stripe.requests, len(heard)) == ([], 2)

    @pytest.mark.parametrize("secrets", [[], None, "", [""], ["  "], [None]])
    def test_by_signature_alone_without_a_secret_everything_is_refused(self, secrets, stripe, post_event, settings):
        settings.PINAX_STRIPE_VALIDATION = "signature"
        settings.PINAX_STRIPE_WEBHOOK_SECRETS = secrets

        assert post_event(stripe.event("ping"), **{"Stripe-Signature": "t=1,v1=2"}).status_code == 400
        assert Event.objects.count() == 0
