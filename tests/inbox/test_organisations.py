"""Events of an organisation's members name their account in ``context``; nothing of two accounts is mixed up."""

import json

import pytest
from django.core.management import CommandError, call_command

from pinax.stripe import keys
from pinax.stripe.models import Account, Charge, Coupon, Event, RejectedDelivery
from pinax.stripe.scope import Scope
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "whsec_organisation"
MEMBERS = ("acct_A", "acct_B")
REFUSED = {"error": {"code": "account_invalid", "message": "The key does not have access to account 'acct_C'"}}


@pytest.fixture
def organisation(stripe, settings):
    """Two members of an organisation, one of them with a connected account; the key is the organisation's."""
    for account in (*MEMBERS, "acct_C"):
        stripe.connect(account)
    settings.PINAX_STRIPE_SECRET_KEY = "sk_org_live_fake"
    settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_org_test_fake"
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]
    return stripe


@pytest.fixture
def deliver(post_event, sign):
    """Deliver an event as Stripe signs it."""

    def deliver(body):
        data = json.dumps(body).encode()
        return post_event(data, **sign(data, SECRET))

    return deliver


def spring(percent):
    return build("coupon", id="SPRING", percent_off=percent)


#: Whose coupon it is, how its event names that, and how much it takes off.
PLACES = [
    ({"context": "acct_A"}, "acct_A", True, 1),
    ({"context": "acct_A"}, "acct_A", False, 2),
    ({"context": "org_1/acct_B"}, "acct_B", True, 3),
    ({"context": "acct_B"}, "acct_B", False, 4),
    ({"context": "acct_A/acct_C", "account": "acct_C"}, "acct_C", True, 5),
    ({"context": "acct_A/acct_C"}, "acct_C", False, 6),
]


@pytest.mark.parametrize("validation", ["retrieve", "signature"])
def test_one_coupon_id_in_every_account_and_mode_is_a_row_each(validation, organisation, deliver, settings):
    settings.PINAX_STRIPE_VALIDATION = validation
    for named, _, livemode, percent in PLACES:
        body = organisation.event("coupon.created", spring(percent), livemode=livemode, **named)
        assert deliver(body).status_code == 200

    settings.PINAX_STRIPE_SECRET_KEY, settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_live_fake", "sk_test_fake"
    for livemode, percent in ((True, 7), (False, 8)):
        assert deliver(organisation.event("coupon.created", spring(percent), livemode=livemode)).status_code == 200
    assert deliver(organisation.event("coupon.created", spring(9), livemode=True, account="acct_D")).status_code == (
        503 if validation == "retrieve" else 200
    )

    rows = {
        (coupon.stripe_account, coupon.livemode): int(coupon.percent_off)
        for coupon in Coupon.objects.exclude(stripe_account="acct_D")
    }
    expected = {(account, livemode): percent for _, account, livemode, percent in PLACES}
    assert rows == expected | {("", True): 7, ("", False): 8}
    assert Event.objects.filter(processed=True, stripe_account="acct_A").count() == 2


def test_every_request_with_an_organisations_key_names_the_account_and_the_version(organisation, deliver):
    deliver(organisation.event("coupon.created", spring(1), context="acct_A"))
    late = organisation.event("coupon.updated", spring(1), context="acct_A/acct_C", created=organisation.now - 60)
    deliver(late)

    assert [request.context for request in organisation.requests] == ["acct_A", "acct_A/acct_C"]
    assert all(request.api_version for request in organisation.requests)
    assert not any("stripe-account" in request.headers for request in organisation.requests)


def test_order_in_doubt_asks_along_the_same_path(organisation, deliver):
    named = {"context": "acct_A/acct_C"}
    deliver(organisation.event("coupon.created", spring(1), **named))
    organisation.requests.clear()

    deliver(organisation.event("coupon.updated", spring(2), created=organisation.now, **named))

    assert [(request.path, request.context) for request in organisation.requests][1:] == [
        ("/v1/coupons/SPRING", "acct_A/acct_C")
    ]
    assert Coupon.objects.get().percent_off == 2


def test_a_sweep_and_an_import_keep_the_members_apart(organisation, deliver):
    for account, percent in (("acct_A", 1), ("acct_B", 2)):
        deliver(organisation.event("ping", context=account))
        organisation.event("coupon.created", spring(percent), context=account)

    call_command("stripe_reconcile", "--testmode", verbosity=0)
    assert set(Coupon.objects.values_list("stripe_account", "percent_off")) == {("acct_A", 1), ("acct_B", 2)}

    for account, percent in (("acct_A", 3), ("acct_B", 4)):
        organisation.advance(10)
        organisation.put(spring(percent), account=account)
    organisation.requests.clear()
    call_command("stripe_sync", "coupon", "--testmode", verbosity=0)

    assert set(Coupon.objects.values_list("stripe_account", "percent_off")) == {("acct_A", 3), ("acct_B", 4)}
    assert {request.context for request in organisation.requests} == {"acct_A", "acct_B"}


def test_a_members_connected_account_is_swept_along_the_path_that_its_events_name(organisation, deliver):
    deliver(organisation.event("ping", context="acct_A/acct_C"))
    organisation.event("coupon.created", spring(1), context="acct_A/acct_C")
    organisation.requests.clear()

    call_command("stripe_reconcile", "--account", "acct_C", "--testmode", verbosity=0)
    call_command("stripe_sync", "coupon", "--account", "acct_C", "--testmode", verbosity=0)

    assert {request.context for request in organisation.requests} == {"acct_A/acct_C"}
    assert (Coupon.objects.get().stripe_account, Coupon.objects.get().percent_off) == ("acct_C", 1)


def test_accounts_can_be_named_before_any_is_known(organisation):
    organisation.put(spring(1), account="acct_A")

    call_command("stripe_sync", "coupon", "--account", "acct_A", "--account", "acct_B", "--testmode", verbosity=0)

    assert Coupon.objects.get().stripe_account == "acct_A"


@pytest.mark.parametrize("command", ["stripe_sync", "stripe_reconcile"])
def test_without_a_known_account_a_command_says_what_to_do(command, organisation):
    with pytest.raises(CommandError, match="name one with --account"):
        call_command(command, "--testmode", verbosity=0)

    assert organisation.requests == []


def test_stubs_of_a_member_are_filled_along_its_path(organisation, deliver):
    organisation.put(build("customer", id="cus_1", name="Ada"), account="acct_C")
    charge = build("charge", customer="cus_1", refunds=None)
    deliver(organisation.event("charge.succeeded", charge, context="acct_A/acct_C"))

    call_command("stripe_sync", "customer", "--stubs", "--account", "acct_C", "--testmode", verbosity=0)

    assert Charge.objects.get().customer.name == "Ada"


def test_a_member_with_its_own_key_is_the_platform_itself(organisation, deliver, settings):
    settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_test_fake"
    # To the member itself, Stripe names no context.
    body = {**organisation.event("coupon.created", spring(1)), "context": organisation.account_id}

    assert deliver(body).status_code == 200
    assert deliver(body).status_code == 200

    event = Event.objects.get()
    assert (event.valid, event.stripe_account, event.deliveries) == (True, "", 2)
    assert Coupon.objects.get().stripe_account == ""


# What is posted without a signature is a claim.


@pytest.fixture
def unsigned(organisation, settings, post_event):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = []
    return post_event


@pytest.mark.parametrize(
    "claim",
    [
        {"context": "acct_B"},
        {"context": "acct_A", "account": "acct_B"},
        {"context": "acct_A/acct_B"},
        {"account": "acct_B"},
    ],
)
def test_a_real_event_under_another_account_is_not_believed(claim, organisation, unsigned, heard):
    real = organisation.event("coupon.created", spring(1), context="acct_A")
    bare = {name: value for name, value in real.items() if name != "context"}

    response = unsigned({**bare, **claim})

    event = Event.objects.get()
    assert (response.status_code, event.valid, Coupon.objects.count(), heard) == (400, False, 0, [])

    assert unsigned(real).status_code == 200
    event.refresh_from_db()
    assert (event.valid, event.stripe_account, Coupon.objects.get().stripe_account) == (True, "acct_A", "acct_A")


def test_what_names_no_account_cannot_be_asked_about_with_an_organisations_key(organisation, unsigned, heard):
    real = organisation.event("coupon.created", spring(1), context="acct_A")
    bare = {name: value for name, value in real.items() if name != "context"}

    assert unsigned(bare).status_code == 503

    event = Event.objects.get()
    assert (event.valid, heard) == (None, [])
    assert "an organisation's key" in event.verification_note
    assert organisation.requests == []


ODD = [5, True, [], {}, "acct A", "acct_A/", "/acct_A", "acct_A//acct_B", "acct_é", "a" * 9, "../acct_A", "acct_A\r\n"]


@pytest.mark.parametrize("context", [*ODD, "/".join(["acct_A"] * 400)], ids=lambda context: str(context)[:12])
def test_a_context_that_stripe_does_not_write_is_refused_and_kept_if_it_is_signed(context, organisation, deliver):
    body = {**organisation.event("ping"), "context": context}

    assert deliver(body).status_code == 400

    assert Event.objects.count() == 0
    kept = RejectedDelivery.objects.get()
    assert (kept.cause, '"context"' in kept.reason) == ("unreadable", True)


@pytest.mark.parametrize("context", [None, ""])
def test_no_context_is_no_context(context, stripe, post_event):
    body = stripe.event("ping")
    stripe.put({**body, "context": context})

    assert post_event({**body, "context": context}).status_code == 200
    assert Event.objects.get().stripe_account == ""


def test_the_mode_of_an_organisations_key():
    assert [keys.mode_of(key) for key in ("sk_org_live_1", "sk_org_test_1", "sk_org_1")] == [True, False, None]
    assert [keys.is_of_organisation(key) for key in ("sk_org_live_1", "sk_live_org", "rk_live_1")] == [
        True,
        False,
        False,
    ]


def test_a_scope_is_an_account_and_a_mode_whatever_the_way_to_it():
    assert Scope("acct_C", livemode=True, context="acct_A/acct_C") == Scope("acct_C", livemode=True)
    assert str(Scope("acct_C", livemode=True)) == "live mode, acct_C"


@pytest.mark.parametrize("claim", [{"context": "acct_STRANGER/acct_C"}, {"context": "acct_STRANGER"}, {}])
def test_a_path_that_stripe_refuses_proves_no_farewell(claim, organisation, unsigned):
    assert unsigned(organisation.event("ping", context="acct_A/acct_C")).status_code == 200
    forged = organisation.event("account.application.deauthorized", context="acct_A/acct_C")
    bare = {name: value for name, value in forged.items() if name != "context"}

    with organisation.answering(status=403, body=REFUSED, path=f"/v1/events/{forged['id']}"):
        assert unsigned({**bare, "account": "acct_C", **claim}).status_code == 400

    assert not Account.all_objects.filter(deauthorized_at__isnull=False).exists()


@pytest.mark.parametrize("validation", ["retrieve", "signature"])
def test_what_is_the_members_own_is_one_row_by_event_sweep_and_import(validation, organisation, deliver, settings):
    settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_test_fake"
    settings.PINAX_STRIPE_VALIDATION = validation
    body = organisation.event("coupon.created", spring(1))
    organisation.put({**body, "context": organisation.account_id})

    assert deliver({**body, "context": organisation.account_id}).status_code == 200
    organisation.advance(10)
    organisation.put(spring(2))
    call_command("stripe_reconcile", "--testmode", verbosity=0)
    call_command("stripe_sync", "coupon", "--testmode", verbosity=0)
    call_command("stripe_sync", "coupon", "--testmode", "--account", organisation.account_id, verbosity=0)

    assert [(row.stripe_account, row.percent_off) for row in Coupon.objects.all()] == [("", 2)]
    assert Event.objects.get().stripe_account == ""


@pytest.mark.parametrize("key", ["sk_test_nobody", None])
def test_whose_a_members_event_is_has_to_be_known(key, organisation, deliver, settings):
    settings.PINAX_STRIPE_VALIDATION = "signature"
    settings.PINAX_STRIPE_SECRET_KEY = "sk_live_fake"
    settings.PINAX_STRIPE_TEST_SECRET_KEY = key
    body = organisation.event("coupon.created", spring(1), context="acct_A")

    # A key that Stripe does not know settles nothing; without a key, the account is as the event names it.
    assert deliver(body).status_code == (503 if key else 200)

    assert Event.objects.get().valid is (None if key else True)
    assert [row.stripe_account for row in Coupon.objects.all()] == ([] if key else ["acct_A"])
