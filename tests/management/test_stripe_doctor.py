"""``manage.py stripe_doctor``: what people and programs read, how it ends, and what it corrects."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from pinax.stripe.models import Account, Reconciliation
from pinax.stripe.operations.endpoints.endpoint import OWN
from pinax.stripe.operations.endpoints.plan import apply, plan
from pinax.stripe.scope import Scope
from pinax.stripe.testing import build

URL = "https://shop.example/stripe/webhook/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe_doctor():
    """Run the command without posting to the URL; returns what it says, its exit code, and its last words."""

    def run(*args):
        out = io.StringIO()
        try:
            call_command("stripe_doctor", "--no-delivery", *args, stdout=out)
        except CommandError as error:
            return out.getvalue(), error.returncode, str(error)
        return out.getvalue(), 0, ""

    return run


@pytest.fixture(autouse=True)
def healthy(stripe, settings):
    settings.PINAX_STRIPE_SECRET_KEY = "sk_test_fake"
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = 90
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SILENCED_SYSTEM_CHECKS = ["pinax_stripe.W004", "pinax_stripe.W016", "database.time_zones"]
    Reconciliation.objects.create(livemode=False, reached=timezone.now(), finished_at=timezone.now())
    created = apply(plan(URL, OWN, Scope(livemode=False)))
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [created.secret]


def endpoint(stripe):
    (found,) = stripe._store.newest_first(["webhook_endpoint"], "", livemode=False)
    return found


def test_nothing_is_wrong(stripe_doctor):
    assert stripe_doctor("--url", URL) == ("Nothing is wrong.\n", 0, "")


def test_without_a_url_it_says_what_it_has_not_examined(stripe_doctor):
    said, code, _ = stripe_doctor()

    assert code == 0
    assert said.splitlines() == [
        "The running site was not examined: give its webhook's URL, --url https://…",
        "Nothing is wrong.",
    ]


def test_a_fault_is_named_with_its_reason_and_its_cure(stripe, stripe_doctor):
    stripe.put(endpoint(stripe) | {"status": "disabled"})

    said, code, words = stripe_doctor("--url", URL)

    assert (code, words) == (2, "1 finding, the worst is error")
    first, *others = said.splitlines()
    assert first == "ERROR endpoint.disabled"
    assert [line.split(":")[0].split(" ")[2] for line in others] == [endpoint(stripe)["id"], "Why", "Cure", "See"]
    assert others[-1] == "  See docs/reference/doctor.md#endpoint-disabled"


def test_a_warning_has_another_exit_code(stripe_doctor, settings):
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = None

    assert stripe_doctor()[1:] == (1, "1 finding, the worst is warning")


def test_a_finding_can_be_silenced_like_a_check(stripe_doctor, settings):
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = None
    settings.SILENCED_SYSTEM_CHECKS = [*settings.SILENCED_SYSTEM_CHECKS, "retention.unset"]

    assert stripe_doctor()[1] == 0


def test_programs_read_json_with_the_worst_first(stripe, stripe_doctor, settings):
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = None
    settings.PINAX_STRIPE_VALIDATION = "retreive"
    stripe.put(endpoint(stripe) | {"status": "disabled"})

    found = json.loads(stripe_doctor("--url", URL, "--json")[0])

    assert [(one["id"], one["severity"], one["docs"]) for one in found] == [
        ("endpoint.disabled", "error", "reference/doctor.md#endpoint-disabled"),
        ("pinax_stripe.E005", "error", "reference/checks.md#pinax-stripe-e005"),
        ("retention.unset", "warning", "reference/doctor.md#retention-unset"),
    ]


def test_fix_corrects_the_endpoint_and_nothing_else(stripe, stripe_doctor, settings):
    settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = None
    stripe.put(endpoint(stripe) | {"status": "disabled", "enabled_events": ["invoice.paid", "issuing_card.created"]})

    said, code, _ = stripe_doctor("--url", URL, "--fix", "--yes")

    assert code == 1
    assert "~   disabled → enabled" in said
    assert said.endswith("Examined again: retention.unset.\n")
    assert stripe_doctor("--url", URL)[2] == "1 finding, the worst is warning"


def test_fix_creates_what_is_missing_and_says_the_secret(stripe, stripe_doctor, settings):
    stripe.connect("acct_1")
    Account.objects.create(stripe_id="acct_1", livemode=False)

    said, code, _ = stripe_doctor("--url", URL, "--fix", "--yes")

    assert said.endswith("Examined again: secret.not_set.\n")
    assert code == 2
    (secret,) = [word for word in said.split() if word.startswith("whsec_")]
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [*settings.PINAX_STRIPE_WEBHOOK_SECRETS, secret]
    assert stripe_doctor("--url", URL)[1] == 0


def test_fix_leaves_an_endpoint_at_another_url_to_people(stripe, stripe_doctor):
    stripe.put(endpoint(stripe) | {"url": URL.replace("shop", "www.shop")})
    stripe.requests.clear()

    said, code, _ = stripe_doctor("--url", URL, "--fix", "--yes")

    assert code == 2
    assert "There is nothing that --fix may correct." in said
    assert {request.method for request in stripe.requests} == {"GET"}


def test_json_and_fix_are_two_runs(stripe, stripe_doctor):
    stripe.requests.clear()

    assert stripe_doctor("--json", "--fix")[1:] == (1, "--json only reports: run --fix without it")
    assert stripe.requests == []


def test_fix_asks_first(stripe, stripe_doctor, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "n")
    stripe.put(endpoint(stripe) | {"status": "disabled"})

    assert stripe_doctor("--url", URL, "--fix")[1:] == (1, "Nothing was changed.")
    assert endpoint(stripe)["status"] == "disabled"


def test_what_stripe_refuses_while_it_is_corrected_is_said(stripe, stripe_doctor):
    stripe.put(endpoint(stripe) | {"status": "disabled"})
    body = {"error": {"type": "invalid_request_error", "message": "Not now"}}

    with stripe.answering(400, body, path="/v1/webhook_endpoints/*"):
        assert "Not now" in stripe_doctor("--url", URL, "--fix", "--yes")[2]


def test_an_organisations_key_asks_for_an_account_that_is_known(stripe, stripe_doctor, settings):
    settings.PINAX_STRIPE_SECRET_KEY = "sk_org_test_fake"
    stripe.connect("acct_1")
    Account.objects.create(stripe_id="acct_1", livemode=False)
    stripe.put(build("webhook_endpoint", url=URL, enabled_events=["invoice.paid"], status="enabled"), account="acct_1")

    said, _, _ = stripe_doctor("--url", URL)

    assert "ERROR endpoint.types_missing" in said
    assert {request.context for request in stripe.asked("/v1/events")} == {"acct_1"}


def test_without_a_database_it_ends(stripe_doctor):
    def refuse(*_):
        raise OperationalError("no such host")

    with connection.execute_wrapper(refuse):
        answer = stripe_doctor()

    assert answer[1:] == (2, "The database cannot be queried: no such host")
