"""Thin events: recorded, verified, fetched, synced and signalled, as snapshot events are."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stripe as stripe_python

from pinax.stripe.catalog import CATALOG
from pinax.stripe.models import Account, Charge, Customer, Event, OtherObject, Person, RejectedDelivery, Subscription
from pinax.stripe.signals import on
from pinax.stripe.testing import build
from pinax.stripe.testing.objects.shape import IDLESS
from pinax.stripe.testing.thin import WITHOUT_OBJECT

pytestmark = pytest.mark.django_db

SECRET = "whsec_of_the_endpoint"
#: Types of previews, and one that Stripe may add: no released stripe-python knows them, nor does the catalogue.
UNKNOWN = {
    "v1.account_notice.created": "account_notice",
    "v1.capital.financing_offer.accepted": "capital.financing_offer",
    "v2.core.claimable_sandbox.created": "v2.core.claimable_sandbox",
    "v2.data.reporting.query_run.succeeded": "v2.data.reporting.query_run",
    "v2.core.batch_job.created": "v2.core.batch_job",
}


@pytest.fixture(params=["unsigned", "signed", "by signature"])
def post_thin(request, settings, post_event, sign):
    """Post a thin event: unsigned; signed and verified with Stripe; or confirmed by its signature alone."""
    if request.param == "unsigned":
        return post_event
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.PINAX_STRIPE_VALIDATION = "signature" if request.param == "by signature" else "retrieve"

    def post(body):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return post_event(raw, **sign(raw, SECRET))

    return post


def test_a_thin_event_is_recorded_verified_fetched_synced_and_signalled(stripe, post_thin, heard):
    subscription = stripe.put(build("subscription", id="sub_1", status="past_due"))
    body = stripe.thin_event("v1.customer.subscription.updated", subscription)

    response = post_thin(body)

    event, row = Event.objects.get(), Subscription.objects.get()
    assert response.status_code == 200
    assert (event.kind, event.valid, event.processed) == ("customer.subscription.updated", True, True)
    assert (event.stripe_id, event.thin_id, event.is_thin) == (body["id"], body["id"], True)
    assert (event.object_type, event.object_id, event.customer) == ("subscription", "sub_1", row.customer)
    assert (row.status, row.stripe_account, row.livemode) == ("past_due", "", False)
    assert [(call.signal, call.event, call.instance) for call in heard] == [
        ("customer.subscription.updated", event, row),
        ("*", event, row),
    ]
    assert [request.path for request in stripe.requests] == [f"/v2/core/events/{body['id']}", "/v1/subscriptions/sub_1"]


def test_a_type_that_is_only_thin_has_a_signal_of_its_full_name(stripe, post_thin, heard):
    subscription = stripe.put(build("subscription"))

    post_thin(stripe.thin_event("v1.customer.subscription.past_due", subscription))

    assert Event.objects.get().kind == "v1.customer.subscription.past_due"
    assert [call.signal for call in heard] == ["v1.customer.subscription.past_due", "*"]


def test_a_duplicate_is_counted_and_does_nothing(stripe, post_thin, heard):
    body = stripe.thin_event("v1.charge.succeeded", stripe.put(build("charge")))
    post_thin(body)
    heard.clear()
    stripe.requests.clear()

    response = post_thin(body)

    assert response.status_code == 200
    assert (Event.objects.get().deliveries, heard, stripe.requests) == (2, [], [])


def test_changes_of_both_forms_say_the_same(stripe, post_thin):
    before = {"email": "ada@example.com", "address": {"city": "London"}}
    customer = build("customer", email="ada@lovelace.example", address={"city": "Ockham", "line1": None})
    snapshot = stripe.event("customer.updated", customer, previous_attributes=before)
    post_thin(stripe.thin(snapshot))
    thin = Event.objects.get()
    Event.objects.all().delete()

    post_thin(snapshot)

    assert thin.changes == Event.objects.get().changes
    assert thin.changes == {
        "before": before,
        "after": {"email": "ada@lovelace.example", "address": {"city": "Ockham"}},
    }
    assert thin.previous_attributes == Event.objects.get().previous_attributes == before


def thin_types():
    """The thin types that the installed stripe-python names; the oldest supported one names only a few."""
    folder = Path(stripe_python.__file__).parent / "events"
    texts = [path.read_text() for path in folder.glob("_v[12]_*.py")]
    named = {text.split('LOOKUP_TYPE = "')[1].split('"')[0] for text in texts if 'LOOKUP_TYPE = "' in text}
    own = {f"v1.{name}" if row.form == "both" else name for name, row in CATALOG.items() if row.form != "snapshot"}
    return sorted(named | {name for name in own if CATALOG.get(name) is None or not CATALOG[name].retired})


def object_of(kind):
    """An object as an event of this type references it, with a parent where its path has one."""
    if kind in UNKNOWN:
        return build(UNKNOWN[kind])
    row = CATALOG.get(kind.removeprefix("v1.")) or CATALOG[kind]
    if not row.objects or row.name in WITHOUT_OBJECT:
        return None
    if kind == "v1.billing.alert.triggered":
        return build("billing.alert")
    parents = {
        "v2.core.account_person": {"account": "acct_2"},
        "capability": {"account": "acct_1"},
        "cash_balance": {"customer": "cus_1"},
        "customer_cash_balance_transaction": {"customer": "cus_1"},
        "person": {"account": "acct_1"},
    }
    object_type = row.objects[0]
    return build(object_type, **parents.get(object_type, {}))


def test_there_are_at_least_326_thin_types():
    assert len(thin_types()) >= 326


@pytest.fixture
def kinds():
    return [*thin_types(), *UNKNOWN]


def test_every_thin_type_and_five_that_nobody_knows_go_the_whole_way(stripe, post_thin, heard, kinds):
    stripe.connect("acct_1")
    faults = []
    for kind in kinds:
        carried = object_of(kind)
        if carried is not None and (carried.get("id") or carried["object"] in IDLESS):
            stripe.put(carried)
        if carried and carried["object"] == "account":
            stripe.connect(carried["id"])
        body = stripe.thin_event(kind, carried)
        stripe.advance(10)
        heard.clear()

        response = post_thin(body)

        event = Event.objects.get(thin_id=body["id"])
        row = OtherObject.all_objects.filter(stripe_id=(carried or {}).get("id", "")).first()
        signals = [call.signal for call in heard]
        facts = {
            "answer": response.status_code == 200,
            "event": (event.valid, event.processed) == (True, True),
            "signals": signals == ([event.kind, "*"] if kind not in UNKNOWN else ["*"]),
            "kind": event.kind in {kind, kind.removeprefix("v1.")},
            "row": carried is None or bool(heard and heard[0].instance) or kind.endswith(".ping"),
            "unknown": kind not in UNKNOWN or row is not None,
        }
        faults += [(kind, name) for name, holds in facts.items() if not holds]
    assert not faults, "\n".join(map(str, faults))


def test_an_object_is_read_from_a_path_of_ours_and_never_from_the_url_in_the_body(stripe, post_thin):
    charge = stripe.put(build("charge", id="ch_1"))
    for url in ("/v1/customers/cus_1", "https://attacker.example/v1/charges/ch_1", "//x", "/v1/charges/../x", "", None):
        body = stripe.thin_event("v1.charge.updated", charge)
        posted = {**body, "related_object": {**body["related_object"], "url": url}}
        stripe.advance(60)
        stripe.requests.clear()

        assert post_thin(posted).status_code == 200
        assert [request.path for request in stripe.requests][1:] == ["/v1/charges/ch_1"], url


def test_the_parent_of_an_object_is_read_from_its_url(stripe, post_thin):
    stripe.connect("acct_1")
    person = stripe.put(build("person", account="acct_1"))

    assert post_thin(stripe.thin_event("v1.person.updated", person)).status_code == 200
    assert Person.objects.get().stripe_id == person["id"]
    assert stripe.requests[-1].path == f"/v1/accounts/acct_1/persons/{person['id']}"


def test_an_object_that_is_gone_is_a_tombstone(stripe, post_thin, heard):
    customer = stripe.put(build("customer"))
    post_thin(stripe.thin_event("v1.customer.created", customer))
    stripe.remove(customer)
    stripe.advance(5)

    post_thin(stripe.thin_event("v1.customer.deleted", customer))

    assert Customer.all_objects.get().is_deleted
    assert heard[-1].instance.stripe_id == customer["id"]


def test_a_burst_of_thin_events_costs_one_fetch_of_the_object(stripe, post_thin):
    charge = stripe.put(build("charge"))
    bodies = [stripe.thin_event("v1.charge.updated", charge) for _ in range(5)]
    stripe.advance(60)

    for body in bodies:
        assert post_thin(body).status_code == 200
    assert len(stripe.asked("/v1/charges/*")) == 1


def test_v2_accounts_are_read_with_what_they_contain(stripe, post_thin):
    merchant = {"merchant": {"mcc": "5734"}, "customer": None, "recipient": None}
    account = stripe.put(build("v2.core.account", id="acct_2", configuration=merchant, identity={"country": "de"}))

    post_thin(stripe.thin_event("v2.core.account[configuration.merchant].updated", account))

    row = OtherObject.objects.get()
    assert row.data["configuration"]["merchant"] == {"mcc": "5734"}
    assert row.data["identity"] == {"country": "de"}
    assert row.created is not None


def test_a_singleton_has_no_id(stripe, post_thin):
    stripe.put(build("balance"))
    body = stripe.thin_event("v1.balance.available", build("balance"))

    assert "id" not in body["related_object"]
    assert post_thin(body).status_code == 200
    assert OtherObject.objects.get().object_type == "balance"


def test_a_ping_is_answered_200(stripe, post_thin, heard):
    destination = build("v2.core.event_destination")
    body = stripe.thin_event("v2.core.event_destination.ping", destination)
    body["reason"] = None

    assert post_thin(body).status_code == 200
    assert [call.signal for call in heard] == ["v2.core.event_destination.ping", "*"]
    assert [request.path for request in stripe.requests] == [f"/v2/core/events/{body['id']}"]


def test_an_event_of_a_connected_account_is_asked_for_in_its_context(stripe, post_thin):
    stripe.connect("acct_1")
    charge = stripe.put(build("charge"), account="acct_1")
    body = stripe.thin_event("v1.charge.succeeded", charge, context="acct_1")

    assert post_thin(body).status_code == 200
    assert [request.account for request in stripe.requests if "/charges" in request.path or "/events" in request.path]
    assert {request.account for request in stripe.requests if request.path != "/v1/account"} == {"acct_1"}
    assert (Event.objects.get().stripe_account, Charge.objects.get().stripe_account) == ("acct_1", "acct_1")


@pytest.mark.parametrize(
    "absent", [("context",), ("reason",), ("related_object",), ("context", "reason")], ids=" and ".join
)
def test_fields_that_stripe_may_leave_out_are_not_needed(absent, stripe, post_thin):
    charge = stripe.put(build("charge"))
    body = {"context": None, **stripe.thin_event("v1.charge.updated", charge)}

    response = post_thin({name: value for name, value in body.items() if name not in absent})

    # Without the related object, a delivery contradicts Stripe's copy; a signature vouches for what Stripe sends.
    is_lacking = "related_object" in absent
    assert response.status_code in ({200, 400} if is_lacking else {200})


def test_a_time_with_nanoseconds_is_read(stripe, post_thin):
    body = stripe.thin_event("v1.charge.updated", stripe.put(build("charge")), created=1_760_000_000)
    body["created"] = body["created"].replace("328Z", "328027017Z")

    assert post_thin(body).status_code == 200
    assert Event.objects.get().created == datetime(2025, 10, 9, 8, 53, 20, 328000, tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    [
        {"created": 1_760_000_000},
        {"created": "yesterday"},
        {"created": "2026-10-28T12:00:00"},
        {"created": None},
        {"livemode": "false"},
        {"livemode": None},
        {"id": "evt_1/../x"},
        {"id": None},
        {"type": "v1.x y"},
        {"context": ["acct_1"]},
        {"context": "acct_1\r\nX: y"},
        {"related_object": "ch_1"},
        {"snapshot_event": "evt_1\n"},
        {"snapshot_event": 7},
    ],
    ids=str,
)
def test_a_thin_body_that_identifies_nothing_is_refused(change, stripe, post_event, heard):
    body = stripe.thin_event("v1.charge.updated", stripe.put(build("charge")))

    assert post_event({**body, **change}).status_code == 400
    assert (Event.objects.count(), heard, stripe.requests) == (0, [], [])


@pytest.mark.parametrize(
    "change",
    [
        {"type": "v1.charge.refunded"},
        {"livemode": True},
        {"created": "2020-01-01T00:00:00Z"},
        {"related_object": {"id": "ch_2", "type": "charge", "url": "/v1/charges/ch_2"}},
        {"id": "evt_forged"},
    ],
    ids=str,
)
def test_a_forged_thin_event_is_kept_and_not_acted_on(change, stripe, post_event, heard):
    body = stripe.thin_event("v1.charge.updated", stripe.put(build("charge")))

    assert post_event({**body, **change}).status_code == 400
    assert (Event.objects.get().valid, heard) == (False, [])


def test_a_failed_fetch_of_the_object_is_tried_again(stripe, post_thin, heard):
    body = stripe.thin_event("v1.charge.updated", stripe.put(build("charge")))
    with stripe.answering(500, path="/v1/charges/*"):
        assert post_thin(body).status_code == 503

    assert (Event.objects.get().processed, heard) == (False, [])
    assert post_thin(body).status_code == 200
    assert Event.objects.get().processed


def test_a_receiver_may_use_either_name_of_a_type(stripe, post_thin, forget_patterns):
    seen = []
    on("v1.charge.updated", dispatch_uid="thin name")(lambda event, **kwargs: seen.append("thin name"))
    on("charge.updated", dispatch_uid="name")(lambda event, **kwargs: seen.append("name"))
    on("v1.charge.*", dispatch_uid="pattern")(lambda event, **kwargs: seen.append("pattern"))

    post_thin(stripe.thin_event("v1.charge.updated", stripe.put(build("charge"))))

    assert sorted(seen) == ["name", "pattern", "thin name"]


def test_an_event_that_stripe_failed_to_make_brings_its_object(stripe, post_thin):
    charge = stripe.put(build("charge", id="ch_lost", amount=4200))
    impact = {
        "event_type": "charge.succeeded",
        "related_object": {"id": "ch_lost", "type": "charge", "url": "https://x"},
    }
    body = stripe.thin_event("v2.core.health.event_generation_failure.resolved", data={"impact": impact})

    assert post_thin(body).status_code == 200
    assert Charge.objects.get().amount == charge["amount"]


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("kind", ["v1.customer.discount.updated", "v1.brand.new.deleted", "v2.core.brand.created"])
def test_a_type_whose_objects_have_no_path_that_is_known_goes_the_whole_way(stripe, post_thin, heard, kind, status):
    carried = {"object": "discount" if "discount" in kind else "brand", "id": "brand_1"}
    body = stripe.thin_event(kind, carried)

    with stripe.answering(status, path="*/brand_1"):
        assert post_thin(body).status_code == 200

    assert [call.signal for call in heard][-1] == "*"
    assert (heard[-1].instance, heard[-1].event.object) == (None, carried)


def test_the_object_of_an_event_that_was_never_created_is_fetched_from_its_account(stripe, post_thin):
    stripe.connect("acct_1")
    stripe.put(build("charge", id="ch_lost"), account="acct_1")
    impact = {
        "event_type": "charge.succeeded",
        "related_object": {"id": "ch_lost", "type": "charge", "url": "https://x"},
    }
    impact["context"] = "acct_1"
    body = stripe.thin_event("v2.core.health.event_generation_failure.resolved", data={"impact": impact})

    assert post_thin(body).status_code == 200
    assert list(Charge.all_objects.values_list("stripe_account", "deleted_at")) == [("acct_1", None)]


def test_an_account_that_disconnected_is_confirmed_by_refusal(stripe, post_event, settings):
    stripe.connect("acct_1")
    post_event(stripe.event("account.updated", build("account", id="acct_1"), account="acct_1"))
    body = stripe.thin_event("v1.account.application.deauthorized", context="acct_1")
    stripe.disconnect("acct_1")

    assert post_event(body).status_code == 200
    assert Account.objects.get(stripe_id="acct_1").deauthorized_at is not None
    assert RejectedDelivery.objects.count() == 0
