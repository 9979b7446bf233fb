"""A refused signature: 400 for the sender, words for the operator, evidence within bounds, nothing in Event."""

import base64
import json
import time

import pytest
from django.db import DatabaseError, connection
from django.db.models.signals import pre_save
from django.test.utils import CaptureQueriesContext

from pinax.stripe.models import Event, RejectedDelivery
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db

SECRET = "whsec_ours"
Cause = RejectedDelivery.Cause


@pytest.fixture(autouse=True)
def secrets(settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = {"shop": SECRET}


@pytest.fixture
def refused(post_event, stripe):
    """Post what is to be refused; return what is kept of it."""

    def post(body, header=None):
        headers = {} if header is None else {"Stripe-Signature": header}
        response = post_event(body, **headers)
        assert (response.status_code, response.content) == (400, b"not accepted\n")
        assert (Event.objects.count(), stripe.requests) == (0, [])
        return RejectedDelivery.objects.first()

    return post


@pytest.fixture
def header(sign):
    def header(body, secret=SECRET, **how):
        return sign(body, secret, **how)["Stripe-Signature"]

    return header


@pytest.fixture
def as_stripe_writes(stripe):
    """A body as Stripe writes it: in lines, and with letters of every language as they are."""
    body = stripe.event("customer.created", build("customer", name="Zoë Ωmega 😀", email="zoe@example.com"))
    return json.dumps(body, indent=2, ensure_ascii=False).encode()


def reencoded(body, **how):
    return json.dumps(json.loads(body), **how).encode()


CHANGES = {
    "compact": lambda body: reencoded(body, separators=(",", ":")),
    "a mark before it": lambda body: b"\xef\xbb\xbf" + body,
    "a line break after it": lambda body: body + b"\n",
    "base64": base64.b64encode,
    "Latin-1": lambda body: body.decode("latin-1").encode(),
    "a JSON string": lambda body: json.dumps(body.decode()).encode(),
    "line breaks": lambda body: body.replace(b"\n", b"\r\n"),
}
SAYS = {
    "compact": "its JSON was parsed and written again",
    "a mark before it": "a byte order mark was put before it",
    "a line break after it": "white space at its end was added or taken away",
    "base64": "it was encoded as base64",
    "Latin-1": "it was read as Latin-1 and written as UTF-8",
    "a JSON string": "it was put into a JSON string",
    "line breaks": "its line breaks were changed",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_body_that_was_changed_on_its_way_is_refused_and_the_change_is_named(
    change, as_stripe_writes, refused, header
):
    kept = refused(CHANGES[change](as_stripe_writes), header(as_stripe_writes))

    assert kept.cause == Cause.CHANGED
    assert kept.reason == f"changed on its way: {SAYS[change]}; shop signed what it was before"


@pytest.mark.parametrize("way", [{"separators": (",", ":")}, {}, {"indent": 2}])
@pytest.mark.parametrize("escaped", [True, False])
def test_json_that_was_written_anew_is_told_whatever_it_was_before(way, escaped, as_stripe_writes, refused, header):
    before = reencoded(as_stripe_writes, ensure_ascii=escaped, **way)

    kept = refused(reencoded(before, indent=7), header(before))

    assert kept.reason.startswith("changed on its way: its JSON was parsed and written again")


def test_a_body_that_lost_its_last_line_break_is_told(as_stripe_writes, refused, header):
    kept = refused(as_stripe_writes, header(as_stripe_writes + b"\n"))

    assert kept.cause == Cause.CHANGED


def test_one_changed_byte_is_no_match_and_nothing_more_is_claimed(as_stripe_writes, refused, header):
    kept = refused(as_stripe_writes.replace(b"zoe@", b"joe@"), header(as_stripe_writes))

    assert (kept.cause, kept.event) == (Cause.NO_MATCH, None)
    assert kept.reason == "none of the webhook secrets signed it: another endpoint's secret, or the Stripe CLI's"


def test_another_endpoints_secret_is_told_with_what_the_body_claims(stripe, refused, header, caplog):
    body = json.dumps(stripe.event("ping")).encode()

    kept = refused(body, header(body, "whsec_of_another_endpoint"))

    assert (kept.stripe_id, kept.kind, kept.size) == (json.loads(body)["id"], "ping", len(body))
    assert json.loads(kept.body) == json.loads(body)
    assert kept.reason.endswith("another endpoint's secret, or the Stripe CLI's")
    [record] = [record for record in caplog.records if record.name == "pinax.stripe"]
    assert record.getMessage() == f"a delivery that is not accepted: 400 ({kept.stripe_id}: {kept.reason})"


@pytest.mark.parametrize(("livemode", "missing"), [(True, "SECRET_KEY"), (False, "TEST_SECRET_KEY")])
def test_a_mode_without_a_key_is_named_where_no_secret_matches(livemode, missing, stripe, refused, settings):
    settings.PINAX_STRIPE_SECRET_KEY = "sk_test_fake" if livemode else "sk_live_fake"
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None

    kept = refused({**stripe.event("ping"), "livemode": livemode}, f"t={int(time.time())},v1={'0' * 64}")

    mode = "live" if livemode else "test"
    assert kept.reason.endswith(f"; it claims to be of {mode} mode, for which there is no key either")


def test_without_any_key_no_mode_is_blamed(stripe, refused, settings):
    settings.PINAX_STRIPE_SECRET_KEY = settings.PINAX_STRIPE_TEST_SECRET_KEY = None

    assert refused(stripe.event("ping"), "t=1,v1=0").reason.endswith("or the Stripe CLI's")


@pytest.mark.parametrize(
    ("header", "cause", "says"),
    [
        (None, Cause.NOT_SIGNED, "no Stripe-Signature header"),
        ("", Cause.NOT_SIGNED, "no Stripe-Signature header"),
        ("t=1", Cause.MALFORMED, "nothing that is known"),
        ("t=1,v2=00", Cause.MALFORMED, "nothing that is known"),
        ("v1=00", Cause.MALFORMED, "without the one time"),
        ("t=x,v1=00", Cause.MALFORMED, "without the one time"),
        ("t=1,t=1,v1=00", Cause.MALFORMED, "without the one time"),
        ("t=²,v1=00", Cause.MALFORMED, "without the one time"),
        ("t=-1,v1=00", Cause.MALFORMED, "without the one time"),
        ("t=1,v1=" + "0" * 5000, Cause.MALFORMED, "of 5007 characters"),
        ("t=1,v1=\xe9", Cause.NO_MATCH, "none of the webhook secrets"),
        ("t=1,v1=", Cause.NO_MATCH, "none of the webhook secrets"),
        (",,,=,t=1,v1", Cause.NO_MATCH, "none of the webhook secrets"),
    ],
)
def test_every_odd_header_is_refused_in_words(header, cause, says, stripe, refused):
    kept = refused(stripe.event("ping"), header)

    assert kept.cause == cause
    assert says in kept.reason


def test_v0_only_proves_nothing(as_stripe_writes, refused, header):
    kept = refused(as_stripe_writes, header(as_stripe_writes, scheme="v0"))

    assert (kept.cause, kept.reason) == (
        Cause.MALFORMED,
        "a Stripe-Signature header with v0 only, a scheme that proves nothing",
    )


HOSTILE = {
    "empty": b"",
    "NUL": b'{"id": "evt_\0"}',
    "no UTF-8": b"\xff\xfe\x00{",
    "deep": b"[" * 60_000,
    "a list": b"[]",
    "no ids": b'{"id": 1, "type": ["ping"]}',
    "odd ids": b'{"id": "evt_1\\nforged line", "type": "<script>"}',
    "surrogates": b'{"id": "evt_\\ud800", "x": "\\ud800"}',
    "an odd string": b'"\\ud800"',
    "a megabyte": b"x" * 1024 * 1024,
    "half a letter at the cut": b"x" * (64 * 1024 - 1) + "é".encode(),
    "emoji": "😀".encode() * 20_000,
    "DEL and escapes": b"\x7f\x1b[31m",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_was_posted_is_kept_within_bounds_as_plain_text(name, refused, header, caplog):
    kept = refused(HOSTILE[name], header(b"something else"))

    kept.refresh_from_db()
    assert (kept.stripe_id, kept.kind, kept.size) == ("", "", len(HOSTILE[name]))
    assert len(kept.body) <= RejectedDelivery.BODY_KEPT
    assert kept.body.isascii()
    assert not set(kept.body) - {chr(code) for code in (9, 10, 13, *range(32, 127))}
    assert "\n" not in "".join(record.getMessage() for record in caplog.records)


def test_what_is_beyond_ascii_is_kept_as_json_escapes_it(as_stripe_writes, refused):
    kept = refused(as_stripe_writes + b"\xff")

    assert kept.body.endswith(r"\xff")
    assert json.loads(kept.body.removesuffix(r"\xff")) == json.loads(as_stripe_writes)


def test_no_secret_of_ours_is_kept_or_logged(refused, caplog, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = {"shop": "whsec_canary", "other": "sk_live_canary"}
    settings.PINAX_STRIPE_SECRET_KEY = "sk_test_canary"

    for header in (None, "t=1,v1=whsec_canary", "t=1,v0=whsec_canary", "whsec_canary"):
        refused(b"whsec_canary sk_test_canary", header)

    assert "canary" not in f"{list(RejectedDelivery.objects.values())}{caplog.text}"


@pytest.mark.parametrize("kept", [0, 1, 5])
def test_evidence_is_bounded_and_the_newest_stays(kept, refused, settings):
    settings.PINAX_STRIPE_REJECTED_KEPT = kept

    for number in range(12):
        refused(b"%d" % number)

    bodies = list(RejectedDelivery.objects.values_list("body", flat=True))
    assert bodies == [str(number) for number in range(11, 11 - kept, -1)]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_costs_two_statements_that_read_nothing(stripe, refused, settings):
    settings.PINAX_STRIPE_REJECTED_KEPT = 2
    body = stripe.event("ping")
    for _ in range(4):
        refused(body)

    with CaptureQueriesContext(connection) as captured:
        refused(body, "t=1,v1=0")

    words = [query["sql"].split()[0] for query in captured.captured_queries]
    assert words[:2] == ["INSERT", "DELETE"]
    # The fixture counts events, and reads what was kept.
    assert words[2:] == ["SELECT", "SELECT"]


def test_where_the_evidence_cannot_be_kept_the_answer_is_the_same(post_event, stripe, caplog):
    def fails(**kwargs):
        raise DatabaseError("disk full")

    pre_save.connect(fails, sender=RejectedDelivery)
    try:
        assert post_event(stripe.event("ping")).status_code == 400
    finally:
        pre_save.disconnect(fails, sender=RejectedDelivery)
    assert "could not be kept" in caplog.text
