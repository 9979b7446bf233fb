"""What only informs refuses nothing, whatever its form; what identifies an event is checked."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.models import Account, Charge, Event, RejectedDelivery
from pinax.stripe.testing import build
from tests.examples import examples

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "whsec_informative"

ODD = [None, "", 5, 1.5, True, [], ["x"], {}, {"a": 1}, "2020-08-27; orders_beta=v4", "ü \0 \ud800", "x" * 10_000]
INFORMATIVE = ["api_version", "request", "pending_webhooks", "data.previous_attributes", "a_new_key"]


@pytest.fixture(params=["retrieve", "signature"])
def deliver(request, settings, post_event, sign, stripe):
    """Deliver a body as Stripe has it and signs it, in both ways of validation."""
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PINAX_STRIPE_VALIDATION = request.param

    def deliver(body, *, known=True):
        if known:
            stripe.put(body)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return post_event(data, **sign(data, SECRET))

    return deliver


def changed(body, path, value):
    first, _, rest = path.partition(".")
    return {**body, first: changed(body[first], rest, value) if rest else value}


@pytest.mark.parametrize("path", INFORMATIVE)
@pytest.mark.parametrize("value", ODD, ids=lambda value: str(value).encode("ascii", "replace")[:14].decode())
def test_a_field_that_only_informs_refuses_no_delivery(path, value, stripe, deliver, heard):
    body = changed(stripe.event("charge.succeeded", build("charge")), path, value)

    assert deliver(body).status_code == 200

    event = Event.objects.get()
    assert (event.valid, event.processed, Charge.objects.count(), len(heard)) == (True, True, 1, 2)
    assert len(event.api_version) <= 255
    assert isinstance(event.previous_attributes, dict)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(INFORMATIVE), value=json_values)
def test_no_value_of_an_informative_field_refuses_a_delivery(path, value, stripe, post_event):
    body = changed(stripe.event("ping"), path, value)
    stripe.put(body)

    assert post_event(body).status_code == 200


@pytest.mark.parametrize("path", ["id", "type", "livemode", "created", "account", "context", "object"])
@pytest.mark.parametrize("value", [5, [], {}, "not what it should be", "x" * 10_000])
def test_what_identifies_an_event_is_checked(path, value, stripe, deliver):
    if path == "created" and value == 5:
        value = -5
    body = {**stripe.event("ping"), path: value}

    assert deliver(body, known=False).status_code == 400

    assert Event.objects.count() == 0
    assert RejectedDelivery.objects.get().cause == "unreadable"


@pytest.mark.parametrize(
    ("delivered", "kept", "amount", "status"),
    [
        ("2026-10-28.endive; a_beta=v1", "2026-10-28.endive", 100, 200),
        ("2026-10-28.endive; a_beta=v1", "2026-10-28.endive", 1, 400),
        ("2020-08-27; orders_beta=v4", "2020-08-27; orders_beta=v3", 1, 400),
        ("2020-08-27", "2026-10-28.endive", 1, 200),
    ],
)
def test_versions_are_compared_without_their_flags(delivered, kept, amount, status, stripe, post_event):
    body = stripe.event("charge.succeeded", build("charge", id="ch_1", amount=100), api_version=kept)
    told = {**body, "api_version": delivered, "data": {"object": {**body["data"]["object"], "amount": amount}}}

    assert post_event(told).status_code == status

    assert Event.objects.get().valid is (status == 200)


UNREADABLE = {
    "not JSON": b"{",
    "a list": b"[]",
    "no created": json.dumps({"id": "evt_1", "object": "event", "type": "ping", "livemode": False}).encode(),
    "a thin event": json.dumps({"id": "evt_1", "object": "v2.core.event", "type": "v1.invoice.paid"}).encode(),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_stripe_has_signed_and_cannot_be_read_is_kept_and_seen(body, deliver, caplog, capsys):
    assert deliver(body, known=False).status_code == 400

    kept = RejectedDelivery.objects.get()
    assert (kept.cause, kept.size, "signed with secret 1" in kept.reason) == ("unreadable", len(body), True)
    assert [record.levelname for record in caplog.records if record.name == "pinax.stripe"] == ["ERROR"]
    with pytest.raises(CommandError, match="1 signed by Stripe and unreadable in 3 days") as raised:
        call_command("stripe_status")
    assert raised.value.returncode == 2
    assert "unreadable      1 signed by Stripe in 3 days" in capsys.readouterr().out
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("stripe_status", "--json", stdout=out)
    assert json.loads(out.getvalue())["unreadable_3d"] == 1


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_what_nobody_has_signed_and_cannot_be_read_leaves_a_line_in_the_log(body, post_event, caplog):
    assert post_event(body).status_code == 400

    assert RejectedDelivery.objects.count() == 0
    assert [record.levelname for record in caplog.records if record.name == "pinax.stripe"] == ["WARNING"]


def test_forged_deliveries_do_not_displace_what_stripe_has_sent_and_that_is_bounded_too(
    settings, post_event, sign, stripe
):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PINAX_STRIPE_REJECTED_KEPT = 3
    for number in range(5):
        body = b'{"number": %d}' % number
        post_event(body, **sign(body, SECRET))
        for _ in range(5):
            post_event(stripe.event("ping"))

    causes = [row.cause for row in RejectedDelivery.objects.all()]
    assert (causes.count("unreadable"), causes.count("not signed")) == (3, 3)
    kept = RejectedDelivery.objects.filter(cause="unreadable").order_by("pk").values_list("body", flat=True)
    assert list(kept) == ['{"number": 2}', '{"number": 3}', '{"number": 4}']


class WithoutNotes(DefaultHookSet):
    def redact(self, message):
        message.pop("note", None)
        return message


def test_what_is_kept_as_evidence_went_through_the_projects_hook(settings, post_event, sign):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.WithoutNotes"
    for body in (b'{"id": "evt_1", "note": "secret"}', b'["secret"]', b'{"note": "secret"'):
        post_event(body, **sign(body, SECRET))

    assert [row.body for row in RejectedDelivery.objects.order_by("pk")] == ['{"id": "evt_1"}', "", ""]


# After an account has disconnected, nobody can be asked about it.


@pytest.fixture
def signed(settings, post_event, sign):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]

    def signed(body):
        data = json.dumps(body).encode()
        return post_event(data, **sign(data, SECRET))

    return signed


def farewell(stripe):
    stripe.connect("acct_1")
    body = stripe.event("account.application.deauthorized", build("application"), account="acct_1")
    stripe.disconnect("acct_1")
    return body


@pytest.mark.parametrize("before", ["never met", "a stub", "deauthorised before"])
def test_a_signed_farewell_of_any_account_is_confirmed_by_stripes_refusal(before, stripe, signed, heard):
    if before != "never met":
        gone = "2020-01-01T00:00Z" if before == "deauthorised before" else None
        Account.objects.create(stripe_id="acct_1", livemode=False, deauthorized_at=gone)

    assert signed(farewell(stripe)).status_code == 200

    event = Event.objects.get()
    assert (event.valid, event.processed) == (True, True)
    assert "by its signature" in event.verification_note
    assert Account.objects.get().deauthorized_at == event.created
    assert [call.signal for call in heard] == ["account.application.deauthorized", "*"]


def test_an_unsigned_farewell_of_an_account_that_nobody_knows_is_not_believed(stripe, post_event, heard):
    assert post_event(farewell(stripe)).status_code == 400
    assert (Event.objects.get().valid, Account.objects.count(), heard) == (False, 0, [])


@pytest.mark.parametrize("status", [401, 429, 500])
def test_what_is_no_refusal_of_the_account_confirms_nothing(status, stripe, signed, heard):
    body = farewell(stripe)

    with stripe.answering(status=status, headers={"Stripe-Should-Retry": "false"}):
        assert signed(body).status_code == 503

    assert (Event.objects.get().valid, heard) == (None, [])


def test_a_signature_alone_makes_no_other_event_of_a_disconnected_account_true(stripe, signed, heard):
    stripe.connect("acct_1")
    body = stripe.event("charge.succeeded", build("charge"), account="acct_1")
    stripe.disconnect("acct_1")

    assert signed(body).status_code == 503
    assert heard == []
