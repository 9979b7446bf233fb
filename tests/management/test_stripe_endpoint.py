"""``manage.py stripe_endpoint``: what it compares, what it changes, what it says once, and how it ends."""

import io
import json
import logging

import pytest
from django.core.management import CommandError, call_command

from pinax.stripe import client
from pinax.stripe.operations.endpoints.endpoint import FINGERPRINT, difference, fingerprint, same_url
from pinax.stripe.scope import Scope
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event, on
from pinax.stripe.testing import build

URL = "https://shop.example/stripe/webhook/"
TEST = Scope(livemode=False)


@pytest.fixture(autouse=True)
def version(settings):
    settings.PINAX_STRIPE_API_VERSION = "2026-10-28.endive"


@pytest.fixture
def stripe_endpoint(stripe):
    """Run the command in test mode; returns what it says."""

    def run(verb, *args, mode="--testmode"):
        out = io.StringIO()
        at = () if verb in {"list", "delete"} else ("--url", URL)
        yes = () if verb in {"list", "plan"} else ("--yes",)
        call_command("stripe_endpoint", verb, *args, *(at if "--url" not in args else ()), mode, *yes, stdout=out)
        return out.getvalue()

    return run


@pytest.fixture
def endpoints(stripe):
    """Return the endpoints and destinations at Stripe as they are now."""

    def listed(livemode=False):
        kinds = ["webhook_endpoint", "v2.core.event_destination"]
        return stripe._store.newest_first(kinds, "", livemode)

    return listed


def changes(stripe):
    return [request for request in stripe.requests if request.method != "GET"]


def secret_in(said):
    (secret,) = [word for word in said.split() if word.startswith("whsec_")]
    return secret


def test_a_new_endpoint_receives_what_the_models_need_and_nothing_else(stripe_endpoint, endpoints):
    stripe_endpoint("apply")

    (created,) = endpoints()
    assert (created["url"], created["status"], created["application"]) == (URL, "enabled", None)
    assert created["api_version"] == "2026-10-28.endive"
    assert {"invoice.paid", "customer.subscription.updated", "charge.dispute.created"} <= set(created["enabled_events"])
    assert not {"issuing_card.created", "account.application.deauthorized", "*"} & set(created["enabled_events"])


def test_receivers_add_their_types_and_ignored_ones_are_taken_out(stripe_endpoint, connect, settings, forget_patterns):
    connect(WEBHOOK_SIGNALS["issuing_card.created"], lambda **kwargs: None, dispatch_uid="shop.cards")
    on("treasury.*", livemode=False, dispatch_uid="shop.treasury")(lambda **kwargs: None)
    on("climate.*", livemode=True, dispatch_uid="shop.live_only")(lambda **kwargs: None)
    on("reserve.*", account="acct_1", dispatch_uid="shop.connected_only")(lambda **kwargs: None)
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["invoice.*", "treasury.credit_reversal.created"]

    said = stripe_endpoint("plan")

    lines = said.splitlines()
    assert "+   issuing_card.created  (shop.cards)" in lines
    assert "+   treasury.transaction.created" not in said
    assert "+   treasury.received_credit.created  (shop.treasury)" in lines
    assert "+   customer.created  (Customer)" in lines
    for absent in ("invoice.paid", "treasury.credit_reversal.created", "climate.", "reserve."):
        assert absent not in said


def test_a_receiver_of_any_event_needs_every_type_one_by_one(stripe_endpoint, connect, endpoints):
    connect(any_event, lambda **kwargs: None, dispatch_uid="shop.audit")

    stripe_endpoint("apply")

    types = set(endpoints()[0]["enabled_events"])
    assert {"issuing_card.created", "invoice.paid"} <= types
    assert not {"*", "ping", "order.created"} & types


def test_an_endpoint_of_connected_accounts_is_another_one(stripe_endpoint, endpoints, forget_patterns):
    on("reserve.hold.created", account="acct_1", dispatch_uid="shop.connected_only")(lambda **kwargs: None)
    stripe_endpoint("apply")

    stripe_endpoint("apply", "--connect")

    (own, connected) = sorted(endpoints(), key=lambda one: one["application"] or "")
    extra = set(connected["enabled_events"]) - set(own["enabled_events"])
    assert extra == {
        "account.application.authorized",
        "account.application.deauthorized",
        "reserve.hold.created",
    }


def test_plan_changes_nothing_and_says_by_its_exit_code_if_there_is_something(stripe, stripe_endpoint):
    assert f"+ {URL} (test mode; events of the account)" in stripe_endpoint("plan")
    with pytest.raises(CommandError) as error:
        stripe_endpoint("plan", "--check")
    assert error.value.returncode == 1
    assert changes(stripe) == []

    stripe_endpoint("apply")
    assert "Nothing to apply." in stripe_endpoint("plan", "--check")


def test_apply_twice_changes_nothing_the_second_time(stripe, stripe_endpoint):
    stripe_endpoint("apply")
    stripe.requests.clear()

    said = stripe_endpoint("apply")

    assert "Nothing to apply." in said
    assert changes(stripe) == []


def test_apply_mends_types_and_a_disabled_endpoint_and_keeps_the_secret(stripe, stripe_endpoint, endpoints):
    url = URL.rstrip("/").replace("shop", "SHOP")
    stripe.put(made(url, ["invoice.paid", "*", "topup.created"], status="disabled", metadata={"team": "billing"}))

    said = stripe_endpoint("apply")

    (mended,) = endpoints()
    assert (mended["status"], mended["url"], mended["metadata"]) == ("enabled", url, {"team": "billing"})
    assert "charge.succeeded" in mended["enabled_events"]
    assert "*" not in mended["enabled_events"]
    assert {"~   disabled → enabled", "-   *  (the types are listed one by one)", "Done."} <= set(said.splitlines())
    assert "invoice.paid" not in said
    assert "whsec_" not in said


def test_a_destination_is_created_and_mended_alike(stripe, stripe_endpoint, endpoints):
    said = stripe_endpoint("apply", "--destination")
    (created,) = endpoints()
    assert (created["event_payload"], created["events_from"], created["snapshot_api_version"]) == (
        "snapshot",
        ["@self"],
        "2026-10-28.endive",
    )
    assert created["metadata"] == {FINGERPRINT: fingerprint(secret_in(said))}
    stripe.put(created | {"enabled_events": ["invoice.paid"], "status": "disabled"})

    stripe_endpoint("apply")

    assert endpoints()[0]["status"] == "enabled"
    assert "Nothing to apply." in stripe_endpoint("plan")


def test_the_secret_is_said_once_and_is_neither_logged_nor_kept(stripe, stripe_endpoint, endpoints, caplog):
    caplog.set_level(logging.DEBUG, "stripe")

    said = stripe_endpoint("apply")

    secret = secret_in(said)
    assert "PINAX_STRIPE_WEBHOOK_SECRETS" in said
    assert endpoints()[0]["metadata"] == {FINGERPRINT: fingerprint(secret)}
    assert "API response body" in caplog.text  # of reads: what is kept out of the log would be in it
    assert secret not in caplog.text
    assert secret not in json.dumps(endpoints())
    assert secret not in stripe_endpoint("list") + stripe_endpoint("plan")


def test_a_fingerprint_that_cannot_be_kept_does_not_lose_the_secret(stripe, stripe_endpoint):
    with stripe.answering(status=500, path="/v1/webhook_endpoints/*"):
        assert secret_in(stripe_endpoint("apply"))


def test_another_api_version_is_said_and_needs_an_upgrade(stripe, stripe_endpoint):
    stripe_endpoint("apply")
    client_version(stripe, "2024-06-20")

    with pytest.raises(CommandError, match="run stripe_endpoint upgrade"):
        stripe_endpoint("apply")
    assert "! API version 2024-06-20, not 2026-10-28.endive" in stripe_endpoint("plan")


def test_a_rotation_keeps_both_secrets_working_until_nothing_is_left_to_deliver(
    stripe, stripe_endpoint, endpoints, settings
):
    stripe_endpoint("apply")
    (old,) = endpoints()
    stripe.advance(60)

    secret = secret_in(stripe_endpoint("rotate"))

    new = next(one for one in endpoints() if one["id"] != old["id"])
    assert (new["status"], new["url"]) == ("disabled", old["url"])
    assert set(new["enabled_events"]) == set(old["enabled_events"])
    with pytest.raises(CommandError, match=f"does not contain the secret of {new['id']}"):
        stripe_endpoint("rotate", "--finish")

    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [secret]
    waiting = stripe.event("invoice.paid", build("invoice"))
    with pytest.raises(CommandError, match="1 events still wait to be delivered"):
        stripe_endpoint("rotate", "--finish")
    assert {one["id"]: one["status"] for one in endpoints()} == {old["id"]: "enabled", new["id"]: "enabled"}
    assert [line for line in stripe_endpoint("plan").splitlines() if line.startswith("!")] == []

    stripe.put(waiting | {"pending_webhooks": 0})
    assert f"Deleted {old['id']}." in stripe_endpoint("rotate", "--finish")
    assert [one["id"] for one in endpoints()] == [new["id"]]
    assert "Nothing to apply." in stripe_endpoint("apply")


def test_a_rotation_begins_once_and_a_lost_secret_can_be_given_up(stripe, stripe_endpoint, endpoints):
    stripe_endpoint("apply")
    stripe_endpoint("rotate")
    (new,) = (one["id"] for one in endpoints() if one["status"] == "disabled")

    with pytest.raises(CommandError, match=f"stripe_endpoint delete {new}"):
        stripe_endpoint("rotate")
    assert "Nothing to apply." in stripe_endpoint("apply")
    stripe_endpoint("delete", new)

    assert secret_in(stripe_endpoint("rotate"))
    assert len(endpoints()) == 2


@pytest.mark.parametrize("args", [("rotate",), ("rotate", "--finish")])
def test_without_an_endpoint_there_is_nothing_to_rotate(args, stripe_endpoint, endpoints):
    with pytest.raises(CommandError, match=r"no endpoint at https|No rotation has begun"):
        stripe_endpoint(*args)
    assert endpoints() == []


@pytest.mark.parametrize("verb", ["apply", "rotate"])
def test_a_seventeenth_is_refused_before_stripe_refuses_it(verb, stripe, stripe_endpoint):
    for number in range(16):
        url = URL if verb == "rotate" and not number else f"https://{number}.example/hook"
        stripe.put(made(url, ["invoice.paid"]))

    with pytest.raises(CommandError, match="There are 16 endpoints, and Stripe allows 16"):
        stripe_endpoint(verb)
    assert changes(stripe) == []


def test_delete_takes_ids_that_exist(stripe, stripe_endpoint, endpoints):
    one, other = (stripe.put(made(URL, ["invoice.paid"]))["id"] for _ in range(2))

    with pytest.raises(CommandError, match="There is no endpoint we_nobody in test mode"):
        stripe_endpoint("delete", one, "we_nobody")
    with pytest.raises(CommandError, match="Name the endpoints"):
        stripe_endpoint("delete")
    assert len(endpoints()) == 2

    assert f"Deleted {one}." in stripe_endpoint("delete", one)
    assert [left["id"] for left in endpoints()] == [other]


def test_plan_names_endpoints_nearby_and_at_the_same_url(stripe, stripe_endpoint):
    ids = [
        stripe.put(made(url, ["invoice.paid"], created=number))["id"]
        for number, url in enumerate([URL.replace("https", "http"), "https://old.example/stripe/webhook", URL, URL])
    ]
    stripe.put(made("https://elsewhere.example/hook", ["invoice.paid"]))

    lines = stripe_endpoint("plan").splitlines()

    notes = [line for line in lines if line.startswith("!")]
    assert notes == [
        f"! {ids[2]} is at the same URL, and receives events of the account, too",
        f"! {ids[0]} is at http://shop.example/stripe/webhook/, which has another scheme",
        f"! {ids[1]} is at https://old.example/stripe/webhook, which has another host",
    ]


def test_a_receiver_of_thin_events_only_is_named(stripe_endpoint, connect):
    connect(WEBHOOK_SIGNALS["v1.invoice_payment.open"], lambda **kwargs: None, dispatch_uid="shop.thin")

    assert "! v1.invoice_payment.open is sent as thin events only" in stripe_endpoint("plan")
    assert "+   v1.invoice_payment.open  (shop.thin)" in stripe_endpoint("plan", "--thin")


def test_a_destination_of_thin_events_is_created_kept_in_step_and_replaced(stripe, stripe_endpoint, endpoints):
    said = stripe_endpoint("apply", "--thin")

    (made,) = endpoints()
    assert made["event_payload"] == "thin"
    assert made["snapshot_api_version"] is None
    assert "v1.invoice.paid" in made["enabled_events"]
    assert not any("*" in kind or not kind.startswith(("v1.", "v2.")) for kind in made["enabled_events"])
    assert "+   thin events" in said
    assert "whsec_" in said
    assert "Nothing to apply." in stripe_endpoint("apply", "--thin")
    stripe.put(made | {"enabled_events": ["v1.invoice.paid", "v2.core.account.closed"]})
    said = stripe_endpoint("apply", "--thin")
    assert "-   v2.core.account.closed" in said
    assert endpoints()[0]["enabled_events"] == made["enabled_events"]
    assert "is at the same URL, and receives thin events, too" in stripe_endpoint("plan")
    assert "it is to replace" in stripe_endpoint("rotate", "--thin")
    assert [one["event_payload"] for one in endpoints()] == ["thin", "thin"]


def test_list_shows_both_modes_and_both_kinds(stripe, stripe_endpoint, settings):
    stripe_endpoint("apply", "--destination")
    stripe.put(made(URL, ["*"], application="ca_1"), livemode=True)
    out = io.StringIO()

    call_command("stripe_endpoint", "list", stdout=out)

    live, test = (line.split("  ") for line in out.getvalue().splitlines())
    assert live[1:] == ["live", "enabled", "2026-10-28.endive", "all types", "of connected accounts", URL]
    assert test[1:4] == ["test", "enabled", "2026-10-28.endive"]


def test_programs_read_the_list_and_the_plan(stripe_endpoint, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [secret_in(stripe_endpoint("apply"))]

    (row,) = json.loads(stripe_endpoint("list", "--json"))
    planned = json.loads(stripe_endpoint("plan", "--json", "--connect"))

    assert (row["url"], row["enabled"], row["payload"], row["secret_is_set"]) == (URL, True, "snapshot", True)
    assert (planned["in_step"], planned["create"], planned["endpoint"]) == (False, True, None)
    assert planned["add"]["invoice.paid"] == ["Invoice"]


def test_a_key_that_may_not_list_destinations_lists_endpoints(stripe, stripe_endpoint, capsys):
    with stripe.answering(status=403, body={"error": {"type": "invalid_request_error"}}, path="/v2/core/*"):
        assert stripe_endpoint("list") == "There are no endpoints.\n"
    assert "Event destinations are not listed: Stripe answered 403" in capsys.readouterr().err


def test_what_stripe_says_of_an_error_is_said(stripe, stripe_endpoint):
    body = {"error": {"type": "invalid_request_error", "message": "Invalid URL: not reachable, sk_test_canary"}}
    with (
        stripe.answering(status=400, body=body, path="/v1/webhook_endpoints", times=None),
        pytest.raises(CommandError, match="Invalid URL: not reachable, sk_…"),
    ):
        stripe_endpoint("apply")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["plan"], r"--url https://\S+/stripe/webhook/"),
        (["plan", "--url", "shop.example"], "is not a URL"),
        (["plan", "--url", "https://a:b@shop.example"], "is not a URL"),
        (["plan", "--url", "https://shop.example:x"], "is not a URL"),
        (["plan", "--url", "http://shop.example"], "over HTTPS only"),
        (["list", "we_1"], "takes no ids"),
    ],
)
def test_wrong_options_are_refused_before_stripe_is_asked(args, words, stripe):
    with pytest.raises(CommandError, match=words) as error:
        call_command("stripe_endpoint", *args)
    assert "a:b" not in str(error.value)
    assert stripe.requests == []


def test_the_path_of_the_urlconf_is_added_and_a_known_host_is_suggested(stripe_endpoint, endpoints, settings):
    settings.ALLOWED_HOSTS = [".shop.example"]
    with pytest.raises(CommandError, match=r"--url https://shop\.example/stripe/webhook/"):
        call_command("stripe_endpoint", "plan")

    stripe_endpoint("apply", "--url", "https://shop.example")

    assert endpoints()[0]["url"] == URL


def test_without_a_path_in_the_urlconf_an_example_is_shown(settings, stripe):
    settings.ROOT_URLCONF = "tests.operations.doctor.test_planted_faults"

    with pytest.raises(CommandError, match=r"--url https://\S+/stripe/webhook/"):
        call_command("stripe_endpoint", "plan")


def test_nobody_to_answer_is_a_no(stripe, monkeypatch):
    def end_of_file(question):
        raise EOFError

    monkeypatch.setattr("builtins.input", end_of_file)

    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        call_command("stripe_endpoint", "apply", "--url", URL, stdout=io.StringIO())


@pytest.mark.parametrize(
    ("key", "words"), [("", "SECRET_KEY is not set"), ("sk_plain", "give --livemode or --testmode")]
)
def test_the_mode_is_that_of_the_key_or_has_to_be_said(key, words, settings, stripe):
    settings.PINAX_STRIPE_SECRET_KEY = key
    with pytest.raises(CommandError, match=words):
        call_command("stripe_endpoint", "plan", "--url", URL)


def test_without_an_answer_nothing_is_changed(stripe, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "")

    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        call_command("stripe_endpoint", "apply", "--url", URL, stdout=io.StringIO())
    assert changes(stripe) == []


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("https://A.example/x/", "https://a.example:443/x", ""),
        ("http://a.example/x", "https://a.example/x", "scheme"),
        ("https://a.example:8443/x", "https://a.example/x", "port"),
        ("https://www.a.example/x", "https://a.example/y?v=2", "host and path and query"),
    ],
)
def test_urls_differ_in_what_changes_where_they_lead(one, other, differs):
    assert difference(one, other) == differs
    assert same_url(one, other) is not bool(differs)


def test_a_post_is_repeated_with_the_same_idempotency_key(stripe):
    with stripe.answering(status=500, retry=True, times=1):
        client.post("/v1/webhook_endpoints", {}, {"url": URL, "enabled_events": ["invoice.paid"]}, TEST)

    keys = [request.headers["idempotency-key"] for request in stripe.requests]
    assert len(keys) == 2
    assert len(set(keys)) == 1


def made(url, types, **over):
    facts = {"url": url, "enabled_events": types, "status": "enabled", "metadata": {}, "application": None}
    return build("webhook_endpoint", **{**facts, "api_version": "2026-10-28.endive", **over})


def client_version(stripe, version):
    for endpoint in stripe._store.newest_first(["webhook_endpoint"], "", False):
        stripe.put(endpoint | {"api_version": version})
