"""Several platforms in one project: nothing of one gets to another."""

from __future__ import annotations

import io
import json
import logging
import traceback
from contextlib import suppress
from typing import ClassVar

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import AsyncClient
from django.urls import reverse
from django.utils import timezone

from pinax.stripe import clouds, platforms
from pinax.stripe.conf import without_secrets
from pinax.stripe.exceptions import NoKeyForMode, UnknownPlatform
from pinax.stripe.hooks import DefaultHookSet, Platform
from pinax.stripe.imports import rate_limiter
from pinax.stripe.keys import key_for
from pinax.stripe.models import (
    Account,
    Charge,
    Customer,
    Event,
    EventProcessingException,
    Reconciliation,
    RejectedDelivery,
)
from pinax.stripe.operations.health import status
from pinax.stripe.signals import WEBHOOK_SIGNALS, on
from pinax.stripe.testing import build
from tests.platforms.conftest import COMMON
from tests.platforms.models import Merchant

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("", "eu", "shop")


@pytest.fixture(params=["retrieve", "signature"])
def validation(request, settings):
    settings.PINAX_STRIPE_VALIDATION = request.param


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def asked_by(site):
    """The keys and accounts with which a platform was asked."""
    return {(request.key, request.account) for request in site.stripe.requests}


def test_each_platform_has_a_webhook_whose_rows_are_under_its_account(sites, deliver, heard, validation):
    for site in sites.values():
        body = site.stripe.event("customer.created", build("customer", id="cus_same", name=site.name or "main"))
        assert deliver(site, body) == 200
        assert deliver(site, body) == 200

    assert {(row.stripe_account, row.data["name"]) for row in Customer.objects.all()} == {
        ("", "main"),
        ("acct_eu", "eu"),
        ("acct_shop", "shop"),
    }
    assert {(event.platform, event.stripe_account, event.processed) for event in Event.objects.all()} == {
        (name, sites[name].home, True) for name in NAMES
    }
    assert [(one.event.platform, one.instance.stripe_account) for one in heard if one.signal == "customer.created"] == [
        (name, sites[name].home) for name in NAMES
    ]


def test_each_platform_is_asked_with_its_own_key_only(sites, deliver):
    for site in sites.values():
        for account in ("", COMMON):
            body = site.stripe.event("charge.succeeded", build("charge"), account=account)
            assert deliver(site, body) == 200

    for name, site in sites.items():
        key = f"sk_test_CANARY{name or 'main'}"
        assert asked_by(site) == {(key, ""), (key, COMMON)}


def test_the_objects_of_an_account_that_two_platforms_know_are_one_row(sites, deliver, heard):
    charge = build("charge", id="ch_1", amount=100)
    event = sites[""].stripe.event("charge.succeeded", charge, account=COMMON)
    for name in ("eu", "shop"):
        sites[name].stripe.put(event, account=COMMON)

    for site in sites.values():
        assert deliver(site, event) == 200

    assert Charge.objects.get().stripe_account == COMMON
    assert Event.objects.get().deliveries == 3
    assert len([one for one in heard if one.signal == "charge.succeeded"]) == 1


@pytest.mark.parametrize("first", ["eu", "shop"])
def test_a_platform_that_may_no_longer_see_an_account_does_not_hold_its_event_back(sites, deliver, first):
    """The event is recorded by one platform that cannot confirm it, and confirmed by another one."""
    other = sites["shop" if first == "eu" else "eu"]
    event = other.stripe.event("charge.succeeded", build("charge"), account=COMMON)
    sites[first].stripe.disconnect(COMMON)

    assert deliver(sites[first], event) == 503  # signed, so not forged: it may be the wrong key
    assert deliver(other, event) == 200

    row = Event.objects.get()
    assert (row.platform, row.processed, row.valid) == (other.name, True, True)
    assert not RejectedDelivery.objects.exists()


def test_a_delivery_is_checked_with_the_secrets_of_its_own_platform_only(sites, deliver, validation):
    for site in sites.values():
        event = site.stripe.event("customer.created", build("customer"))
        for other in sites.values():
            if other is not site:
                assert deliver(site, event, secret=other.secret) == 400
                assert deliver(other, event, secret=site.secret) == 400
        assert deliver(site, event, secret=None) == 400

    assert not Event.objects.exists()
    assert {rejected.platform for rejected in RejectedDelivery.objects.all()} == set(NAMES)


def test_a_stranger_cannot_bring_an_event_of_one_platform_to_another(sites, deliver, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = []
    settings.PINAX_STRIPE_PLATFORMS = {"eu": {"ACCOUNT": "acct_eu", "SECRET_KEY": "sk_test_CANARYeu"}}
    event = sites["eu"].stripe.event("customer.created", build("customer", id="cus_1"))

    assert deliver(sites[""], event, secret=None) == 400
    assert deliver(sites["eu"], event, secret=None) == 200
    assert deliver(sites[""], event, secret=None) == 400

    row = Event.objects.get()
    assert (row.platform, row.stripe_account, row.valid, row.processed) == ("eu", "acct_eu", True, True)
    assert Customer.objects.get().stripe_account == "acct_eu"


def test_a_platforms_secret_does_not_speak_for_the_account_of_another_platform(sites, deliver, validation):
    """A merchant who knows the secret of the own platform writes nothing of another one's."""
    genuine = sites["eu"].stripe.event("customer.created", build("customer", id="cus_1", name="genuine"))
    assert deliver(sites["eu"], genuine) == 200
    sites["shop"].stripe.advance(100)
    forged = sites["shop"].stripe.event("customer.updated", build("customer", id="cus_1", name="forged"))

    for names in ({"account": "acct_eu"}, {"context": "acct_eu"}, {"account": "acct_eu", "context": "acct_shop"}):
        assert deliver(sites["shop"], {**forged, **names}) == 503

    assert Customer.objects.get().data["name"] == "genuine"
    assert not Event.objects.filter(platform="shop", valid=True).exists()


def test_with_a_signature_alone_stripe_is_asked_about_accounts_that_are_connected_to_a_platform(
    sites, deliver, settings
):
    settings.PINAX_STRIPE_VALIDATION = "signature"
    for site in sites.values():
        for account in ("", COMMON):
            assert deliver(site, site.stripe.event("charge.succeeded", build("charge"), account=account)) == 200

    asked = {name: [request.account for request in site.stripe.requests] for name, site in sites.items()}
    assert asked[""] == []
    assert set(asked["eu"]) == set(asked["shop"]) >= {COMMON}


def test_an_unknown_platform_is_answered_404_and_leaves_nothing(sites, deliver, client):
    event = sites["eu"].stripe.event("customer.created", build("customer"))
    for path in ("nobody/", "nobody", "x" * 101 + "/"):
        answer = client.post(f"/stripe/webhook/{path}", event, content_type="application/json")
        assert (answer.status_code, answer.content) == (404, b"not found\n")

    assert client.get("/stripe/webhook/eu/").status_code == 405
    assert not Event.objects.exists()
    assert not RejectedDelivery.objects.exists()


def test_an_event_of_a_platform_that_is_gone_waits_visibly(sites, deliver, settings):
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"
    event = sites["eu"].stripe.event("customer.created", build("customer"))
    assert deliver(sites["eu"], event) == 200
    configured = settings.PINAX_STRIPE_PLATFORMS

    settings.PINAX_STRIPE_PLATFORMS = {}
    Event.objects.update(next_attempt_at="2020-01-01T00:00Z")
    with pytest.raises(CommandError, match="1 failed"):
        run("stripe_process")

    row = Event.objects.get()
    assert (row.valid, row.processed, row.failures) == (None, False, 0)
    assert "no platform is named 'eu'" in row.exceptions.get().message

    settings.PINAX_STRIPE_PLATFORMS = configured
    Event.objects.update(next_attempt_at="2020-01-01T00:00Z")
    run("stripe_process")
    assert Event.objects.get().processed


def test_what_is_left_of_a_platform_that_is_gone_can_be_looked_at_and_given_up(
    sites, deliver, settings, admin_client, connect
):
    """An event that is confirmed, of an object that references an account, and whose receiver has failed."""

    def fail(**kwargs):
        raise RuntimeError

    connect(WEBHOOK_SIGNALS["charge.succeeded"], fail)
    charge = build("charge", on_behalf_of=COMMON)
    assert deliver(sites["eu"], sites["eu"].stripe.event("charge.succeeded", charge)) == 503
    assert deliver(sites["eu"], sites["eu"].stripe.event("customer.created", build("customer")), secret="x") == 400
    settings.PINAX_STRIPE_PLATFORMS = {}

    for model in (Event, Charge, Customer, Account, RejectedDelivery, EventProcessingException):
        name = f"admin:pinax_stripe_{model._meta.model_name}"
        assert admin_client.get(reverse(f"{name}_changelist")).status_code == 200
        for row in model._base_manager.all():
            assert admin_client.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200
    for command in ("stripe_status", "stripe_prune"):
        with suppress(CommandError):
            run(command)
    settings.PINAX_STRIPE_MAX_ATTEMPTS = 1
    Event.objects.update(next_attempt_at="2020-01-01T00:00Z")
    with pytest.raises(CommandError):
        run("stripe_process")
    assert [event.given_up_at is not None for event in Event.objects.all()] == [True]


def test_an_event_of_a_cloud_is_that_of_the_platform_whose_destination_it_is(sites):
    event = sites["shop"].stripe.event("customer.created", build("customer"))
    envelope = {"source": "aws.partner/stripe.com/ed_1", "detail-type": "customer.created", "detail": event}

    assert clouds.receive(envelope, source="ed_1", platform="shop") is clouds.Outcome.PROCESSED

    assert Customer.objects.get().stripe_account == "acct_shop"
    with pytest.raises(UnknownPlatform):
        clouds.receive(envelope, source="ed_1", platform="nobody")


@pytest.mark.urls("tests.urls_async")
def test_under_asgi_each_platform_has_a_webhook_too(sites, sign):
    event = json.dumps(sites["eu"].stripe.event("customer.created", build("customer"))).encode()

    async def post(path):
        headers = sign(event, sites["eu"].secret)
        answer = await AsyncClient().post(path, event, content_type="application/json", headers=headers)
        return answer.status_code

    assert async_to_sync(post)("/stripe/webhook/eu/") == 200
    assert async_to_sync(post)("/stripe/webhook/eu") == 200
    assert async_to_sync(post)("/stripe/webhook/nobody/") == 404
    assert Customer.objects.get().stripe_account == "acct_eu"


def test_disconnecting_from_one_platform_leaves_the_account_connected_to_the_other(sites, deliver):
    account = build("account", id=COMMON)
    for name in ("eu", "shop"):
        deliver(sites[name], sites[name].stripe.event("account.updated", account, account=COMMON))
    sites["eu"].stripe.disconnect(COMMON)
    application = build("application")
    farewell = sites["eu"].stripe.event("account.application.deauthorized", application, account=COMMON)

    assert deliver(sites["eu"], farewell) == 200

    gone = {row.stripe_account: row.deauthorized_at is not None for row in Account.objects.filter(stripe_id=COMMON)}
    assert gone == {"acct_eu": True, "acct_shop": False}


def test_a_stranger_cannot_disconnect_an_account_from_a_platform_that_does_not_know_it(sites, deliver, settings):
    settings.PINAX_STRIPE_PLATFORMS = {"eu": {"ACCOUNT": "acct_eu", "SECRET_KEY": "sk_test_CANARYeu"}}
    account = build("account", id=COMMON)
    deliver(sites["shop"], sites["shop"].stripe.event("account.updated", account, account=COMMON))
    sites["eu"].stripe.disconnect(COMMON)
    farewell = sites["shop"].stripe.event("account.application.deauthorized", build("application"), account=COMMON)

    assert deliver(sites["eu"], farewell, secret=None) == 400

    assert Account.objects.get().deauthorized_at is None


def test_in_a_queue_a_platform_that_cannot_confirm_an_event_does_not_hold_it_back_either(sites, deliver, settings):
    settings.PINAX_STRIPE_DISPATCHER = "tests.test_costs.enqueue_nowhere"
    event = sites["shop"].stripe.event("charge.succeeded", build("charge"), account=COMMON)
    sites["eu"].stripe.disconnect(COMMON)

    assert deliver(sites["eu"], event) == 200  # the worker will not be able to confirm it
    assert deliver(sites["shop"], event) == 200

    assert [row.processed for row in Event.objects.filter(platform="shop")] == [True]


def test_the_status_leaves_out_an_account_only_if_it_has_disconnected_from_all_platforms(sites):
    Reconciliation.objects.create(stripe_account=COMMON, livemode=False)
    rows = [
        Account.objects.create(stripe_id=COMMON, stripe_account=home, livemode=False)
        for home in ("acct_eu", "acct_shop")
    ]
    for number, row in enumerate(rows):
        Account.objects.filter(pk=row.pk).update(deauthorized_at=timezone.now())
        assert len(status().reconciliations) == 1 - number


def test_a_changed_key_is_used_after_a_minute_or_when_it_is_said(sites):
    assert platforms.get("shop").secret_key == "sk_test_CANARYshop"
    Merchant.objects.update(secret_key="sk_test_rolled")

    assert platforms.get("shop").secret_key == "sk_test_CANARYshop"
    platforms.forget()
    assert platforms.get("shop").secret_key == "sk_test_rolled"


def test_the_hook_is_asked_once_for_many_deliveries_known_or_not(sites, deliver, django_assert_num_queries):
    event = sites["shop"].stripe.event("customer.created", build("customer"))
    with_queries = [deliver(sites["shop"], event) for _ in range(2)]
    assert with_queries == [200, 200]

    with django_assert_num_queries(0):
        for _ in range(5):
            platforms.find("shop")
    platforms.find("nobody")
    with django_assert_num_queries(0):
        platforms.find("nobody")


def test_answers_for_strangers_names_are_forgotten_before_they_fill_the_memory(sites):
    for number in range(platforms.MOST_REMEMBERED + 10):
        platforms.find(f"nobody-{number}")

    assert len(platforms._answers) <= platforms.MOST_REMEMBERED


def test_receivers_can_be_connected_to_one_platform(sites, deliver, forget_patterns):
    calls = []

    @on("customer.created", platform="eu", dispatch_uid="of eu")
    def of_eu(event, **kwargs):
        calls.append(event.platform)

    for site in sites.values():
        assert deliver(site, site.stripe.event("customer.created", build("customer"))) == 200

    assert calls == ["eu"]
    with pytest.raises(TypeError, match="platform"):
        on("customer.created", platform=True)


def test_an_import_goes_through_all_platforms_with_the_rows_under_their_accounts(sites):
    for name, site in sites.items():
        site.stripe.put(build("customer", id="cus_same", name=name or "main"))
        site.stripe.put(build("customer", id="cus_connected"), account=COMMON)

    run("stripe_sync", "account", "customer", "--all-accounts")

    assert {(row.stripe_id, row.stripe_account) for row in Customer.objects.all()} == {
        *(("cus_same", site.home) for site in sites.values()),
        ("cus_connected", COMMON),
    }
    assert {row.stripe_account for row in Account.objects.filter(stripe_id=COMMON)} == {"", "acct_eu", "acct_shop"}
    for name, site in sites.items():
        assert {key for key, _ in asked_by(site)} == {f"sk_test_CANARY{name or 'main'}"}


def test_what_imported_objects_reference_is_under_the_account_of_their_platform(sites):
    for name in ("eu", "shop"):
        sites[name].stripe.put(build("charge", id=f"ch_{name}", on_behalf_of=COMMON, customer="cus_same"))

    run("stripe_sync", "charge")

    for name in ("eu", "shop"):
        charge = Charge.objects.get(stripe_id=f"ch_{name}")
        home = sites[name].home
        assert charge.on_behalf_of.stripe_account == charge.customer.stripe_account == charge.stripe_account == home


@pytest.mark.parametrize("what", ["--stubs", "--prune-missing"])
def test_single_objects_are_fetched_with_the_key_of_their_platform(sites, what):
    for name in ("eu", "shop"):
        sites[name].stripe.put(build("customer", id="cus_stub", name=name))
        Customer.objects.create(stripe_id="cus_stub", stripe_account=sites[name].home, livemode=False)
        Customer.objects.create(stripe_id="cus_gone", stripe_account=sites[name].home, livemode=False)

    run("stripe_sync", "customer", what)

    names = {row.stripe_account: row.data["name"] for row in Customer.objects.filter(stripe_id="cus_stub")}
    assert names == {"acct_eu": "eu", "acct_shop": "shop"}
    assert not Customer.objects.filter(stripe_id="cus_gone").exists()
    for name in ("eu", "shop"):
        assert asked_by(sites[name]) == {(f"sk_test_CANARY{name}", "")}


def test_an_import_of_one_platform_asks_no_other(sites):
    for site in sites.values():
        site.stripe.put(build("customer"))

    run("stripe_sync", "customer", "--platform", "shop")

    assert [row.stripe_account for row in Customer.objects.all()] == ["acct_shop"]
    assert not sites[""].stripe.requests + sites["eu"].stripe.requests
    with pytest.raises(CommandError, match=r"nobody.*eu, shop"):
        run("stripe_sync", "customer", "--platform", "nobody")


def test_a_reconciliation_recovers_the_missed_events_of_all_platforms(sites, heard):
    for site in sites.values():
        site.stripe.event("customer.created", build("customer"))

    run("stripe_reconcile")

    assert {(event.platform, event.stripe_account, event.valid) for event in Event.objects.all()} == {
        (name, sites[name].home, True) for name in NAMES
    }
    run("stripe_process")
    assert sorted(one.event.platform for one in heard if one.signal == "customer.created") == sorted(NAMES)
    assert {row.stripe_account for row in Reconciliation.objects.all()} == {"", "acct_eu", "acct_shop"}


def test_a_platform_with_a_wrong_key_does_not_keep_the_others_waiting(sites):
    Merchant.objects.update(secret_key="")
    platforms.forget()
    sites["eu"].stripe.event("customer.created", build("customer"))

    with pytest.raises(CommandError, match="1 failed"):
        run("stripe_reconcile")

    assert Event.objects.get().platform == "eu"


def test_events_of_one_platform_are_replayed(sites, deliver, connect):
    calls = []
    connect(WEBHOOK_SIGNALS["customer.created"], lambda event, **kwargs: calls.append(event.platform))
    for site in sites.values():
        deliver(site, site.stripe.event("customer.created", build("customer")))
    calls.clear()

    run("stripe_replay", "--platform", "eu", "--again", "--yes", "--reason", "a test")

    assert calls == ["eu"]


def test_the_endpoint_of_a_platform_is_made_with_its_key_and_checked_with_its_secrets(sites):
    url = "https://example.com/stripe/webhook/eu/"

    said = run("stripe_endpoint", "apply", "--url", "https://example.com", "--platform", "eu", "--yes")

    assert 'PINAX_STRIPE_PLATFORMS["eu"]["WEBHOOK_SECRETS"]' in said
    assert url in run("stripe_endpoint", "list", "--platform", "eu")
    assert "no endpoints" in run("stripe_endpoint", "list")


def test_the_doctor_examines_a_platform(sites):
    with pytest.raises(CommandError):
        run("stripe_doctor", "--platform", "eu", "--no-delivery")

    assert sites["eu"].stripe.requests
    assert not sites[""].stripe.requests + sites["shop"].stripe.requests


def test_no_key_and_no_secret_gets_out(sites, deliver, admin_client, caplog):
    """Keys are planted, everything goes wrong, and what is stored, logged and shown is searched."""
    caplog.set_level(logging.DEBUG, logger="pinax.stripe")
    for site in sites.values():
        key = f"sk_test_CANARY{site.name or 'main'}"
        event = site.stripe.event("customer.created", build("customer"), account=COMMON)
        for body in ({"error": {"message": f"Invalid API Key: {key}"}}, key):
            with site.stripe.answering(status=401, body=body):
                assert deliver(site, event) == 503
        assert deliver(site, event, secret="whsec_of_nobody") == 400
        assert deliver(site, f"{{{key} {site.secret}".encode()) == 400
    pages = [f"/admin/pinax_stripe/{model}/" for model in ("event", "rejecteddelivery")]
    shown = [admin_client.get(page).content.decode() for page in pages]

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table != Merchant._meta.db_table:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                shown.append(str(cursor.fetchall()))
    # What Stripe answers is in stripe-python's own log; Stripe itself never quotes a whole key.
    shown += [record.getMessage() for record in caplog.records if record.name != "stripe"]
    shown += [repr(platforms.get("eu")), repr(platforms._answers)]

    assert "Invalid API Key" in "".join(shown)
    assert "CANARY" not in "".join(shown)


def test_secrets_of_no_known_form_are_masked_too():
    Platform("acct_x", secret_key="CANARY of/no form", webhook_secrets={"a": "another CANARY+form"})

    assert "CANARY" not in without_secrets("CANARY of/no form, another CANARY+form")


@pytest.mark.parametrize("name", NAMES)
def test_no_key_is_in_the_frames_of_an_error(sites, name):
    with pytest.raises(NoKeyForMode) as raised:
        key_for(platforms.scope_of(name, livemode=True))

    report = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    assert "live mode" in str(raised.value)
    assert "CANARY" not in str([frame.locals for frame in report.stack if "/tests/" not in frame.filename])


def test_a_comparison_of_platforms_finds_and_repairs_what_differs_in_each(sites, monkeypatch):
    monkeypatch.setattr(rate_limiter, "sleep", lambda seconds: None)  # before the second look
    for name, site in sites.items():
        site.stripe.put(build("customer", id="cus_same", name=name or "main"))
        site.stripe.put(build("customer", id="cus_connected", name="the same"), account=COMMON)
    run("stripe_sync", "account", "customer", "--all-accounts")
    for name, site in sites.items():
        site.stripe.advance(10)
        if name:
            site.stripe.put(build("customer", id="cus_same", name="changed"))

    with pytest.raises(CommandError, match="2 rows differ"):
        run("stripe_sync", "customer", "--compare")
    with pytest.raises(CommandError, match="1 row differs"):
        run("stripe_sync", "customer", "--compare", "--platform", "eu", "--sample", "5")
    run("stripe_sync", "customer", "--compare", "--repair")

    rows = Customer.objects.filter(stripe_id="cus_same").values_list("stripe_account", "data__name")
    assert set(rows) == {("", "main"), ("acct_eu", "changed"), ("acct_shop", "changed")}
    assert run("stripe_sync", "account", "customer", "--compare", "--all-accounts").count("different") == 0


def test_the_api_version_of_a_platforms_endpoint_is_changed_with_its_own_secrets(sites, deliver, settings):
    options = ("--platform", "eu", "--url", "https://example.com", "--yes")
    run("stripe_endpoint", "apply", *options)
    run("stripe_endpoint", "upgrade", "start", "--to", "2030-01-01.spring", *options)
    with pytest.raises(CommandError, match=r'PINAX_STRIPE_PLATFORMS\["eu"\]\["WEBHOOK_SECRETS"\] does not contain'):
        run("stripe_endpoint", "upgrade", "enable", *options)

    event = sites["eu"].stripe.event("charge.succeeded", build("charge"))
    compared = {**event, "api_version": "2030-01-01.spring"}
    assert deliver(sites["eu"], event) == 200
    assert deliver(sites["eu"]._replace(name="eu/?compare=2030-01-01.spring&"), compared) == 200

    assert "charge.succeeded  1 events" in run("stripe_endpoint", "upgrade", "compare", *options)
    assert Event.objects.get().deliveries == 1
    assert RejectedDelivery.objects.get().platform == "eu"


class Raising(DefaultHookSet):
    def platform(self, name):
        raise KeyError(name)

    def platforms(self):
        raise KeyError


class Returning(DefaultHookSet):
    found: ClassVar = None

    def platform(self, name):
        return self.found


EU = {"ACCOUNT": "acct_eu", "SECRET_KEY": "sk_test_CANARYeu"}
WRONG_SETTINGS = [
    *(None, [], "eu", 5, {5: EU}, {"eu": None}, {"eu": {**EU, "KEY": 1}}, {"eu": {**EU, "SECRET_KEY": 5}}),
    *({"eu": {"SECRET_KEY": "sk_test_x"}}, {"eu": {**EU, "ACCOUNT": ""}}),
]


@pytest.mark.parametrize("given", WRONG_SETTINGS, ids=repr)
def test_wrong_settings_end_in_words_and_leave_the_other_platforms_alone(sites, deliver, settings, admin_client, given):
    settings.PINAX_STRIPE_HOOKSET = "pinax.stripe.hooks.DefaultHookSet"
    settings.PINAX_STRIPE_PLATFORMS = given
    own = sites[""].stripe.event("customer.created", build("customer"))
    other = sites["eu"].stripe.event("customer.created", build("customer"))

    assert deliver(sites["eu"], other) in {404, 503}
    assert deliver(sites[""], own) == 200
    assert admin_client.get("/admin/pinax_stripe/event/").status_code == 200
    for command in (["stripe_reconcile"], ["stripe_sync", "customer"], ["stripe_sync", "customer", "--compare"]):
        with suppress(CommandError):
            run(*command)
    for command in ("stripe_sync", "stripe_doctor", "stripe_reconcile"):
        with pytest.raises(CommandError):
            run(command, "--platform", "eu")
    assert [event.platform for event in Event.objects.all()] == [""]


@pytest.mark.parametrize("hookset", ["Raising", "Returning"])
@pytest.mark.parametrize("found", [{"account": "acct_x"}, "acct_x", Platform(""), Platform("acct_x", secret_key=5)])
def test_a_hook_that_fails_or_returns_something_else_lets_stripe_deliver_again(
    sites, deliver, settings, hookset, found
):
    Returning.found = found
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.{hookset}"
    event = sites["eu"].stripe.event("customer.created", build("customer"))

    assert deliver(sites["eu"], event) == 503
    with pytest.raises(CommandError, match=r"platform"):
        run("stripe_sync", "customer", "--platform", "eu")

    assert not Event.objects.exists()
