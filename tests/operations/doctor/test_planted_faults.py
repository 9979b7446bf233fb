"""Each fault of Stripe's side and the project's, planted alone in a healthy project, is found, and nothing else is."""

import os
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from pinax.stripe.conf import conf
from pinax.stripe.inbox.signature import usable_secrets
from pinax.stripe.models import Account, Event, Reconciliation, RejectedDelivery
from pinax.stripe.operations.doctor.at_stripe import AtStripe
from pinax.stripe.operations.doctor.database import Database, ask
from pinax.stripe.operations.doctor.examination import examine
from pinax.stripe.operations.doctor.facts import Facts
from pinax.stripe.operations.doctor.finding import Severity, diagnosis
from pinax.stripe.operations.endpoints import api, rotation, upgrade
from pinax.stripe.operations.endpoints.endpoint import OWN
from pinax.stripe.operations.endpoints.plan import plan
from pinax.stripe.testing import build
from pinax.stripe.times import Asked
from tests.operations.doctor.conftest import TEST

pytestmark = pytest.mark.django_db

PLANTED = {}

#: A URLconf without a webhook.
urlpatterns: list = []

SECRET = "whsec_" + "aB3" * 11
REFUSED = {"error": {"type": "invalid_request_error", "message": "not for this key"}}


def plants(id_, *also):
    """Register a function that plants the fault of this id; ``also`` are findings that come with it."""

    def register(plant):
        PLANTED[id_] = plant, {id_, *also}
        return plant

    return register


def event(number=1, **facts):
    row = {"kind": "ping", "livemode": False, "webhook_message": {}, "created": timezone.now(), **facts}
    received_at = row.pop("received_at", timezone.now())
    created = Event.objects.create(stripe_id=f"evt_{number}", **row)
    Event.objects.filter(pk=created.pk).update(received_at=received_at)


def minutes_ago(number):
    return timezone.now() - timedelta(minutes=number)


@plants("doctor.incomplete", "pinax_stripe.E018")
def a_time_out_that_is_no_number(project):
    project.settings.PINAX_STRIPE_API_TIMEOUT = 5


@plants("keys.rejected")
def a_rolled_key(project):
    project.settings.PINAX_STRIPE_SECRET_KEY = "sk_test_rolled"


@plants("keys.may_not_read_events")
def a_key_without_events(project):
    project.stripe.answering(403, REFUSED, path="/v1/events")


@plants("keys.may_not_read_objects")
def a_restricted_key(project):
    project.stripe._modes["rk_test_fake"] = False
    project.settings.PINAX_STRIPE_SECRET_KEY = "rk_test_fake"
    project.stripe.answering(403, REFUSED, path="/v1/charges")


@plants("keys.mode_is_not_shown")
def a_key_of_long_ago(project):
    project.stripe._modes["sk_old"] = False
    project.settings.PINAX_STRIPE_SECRET_KEY = "sk_old"


@plants("keys.public_key_of_other_mode")
def a_live_public_key(project):
    project.settings.PINAX_STRIPE_PUBLIC_KEY = "pk_live_" + "a" * 20


@plants("keys.organisation_without_accounts")
def an_organisations_key(project):
    project.settings.PINAX_STRIPE_SECRET_KEY = "sk_org_test_fake"


@plants("stripe.does_not_answer")
def stripe_is_away(project):
    project.stripe.answering(500)


@plants("stripe.endpoints_not_listed")
def a_key_without_endpoints(project):
    project.stripe.answering(403, REFUSED, path="/v1/webhook_endpoints")


@plants("endpoint.missing")
def no_endpoint(project):
    (endpoint,) = project.endpoints()
    project.stripe.remove(endpoint)


@plants("endpoint.at_another_url")
def an_endpoint_at_the_old_host(project):
    project.change_endpoint(url="https://www.shop.example/stripe/webhook/")


@plants("endpoint.in_other_mode")
def an_endpoint_in_test_mode_only(project):
    project.settings.PINAX_STRIPE_SECRET_KEY = "sk_live_fake"
    project.settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_test_fake"


@plants("endpoint.of_connected_accounts_missing")
def a_connected_account(project):
    project.stripe.connect("acct_1")
    Account.objects.create(stripe_id="acct_1", livemode=False)


@plants("endpoint.disabled")
def a_disabled_endpoint(project):
    project.change_endpoint(status="disabled")


@plants("endpoint.types_missing")
def an_endpoint_of_few_types(project):
    project.change_endpoint(enabled_events=["invoice.paid"])


@plants("endpoint.types_superfluous")
def an_endpoint_of_more_types(project):
    (endpoint,) = project.endpoints()
    project.change_endpoint(enabled_events=[*endpoint["enabled_events"], "issuing_card.created"])


@plants("endpoint.all_types")
def an_endpoint_of_all_types(project):
    project.change_endpoint(enabled_events=["*"])


@plants("endpoint.api_version")
def an_endpoint_of_an_old_version(project):
    project.change_endpoint(api_version="2024-06-20")


@plants("endpoint.two_forms", "secret.too_few")
def a_thin_destination_beside_the_endpoint(project):
    destination = {
        "name": "thin",
        "description": "",
        "status": "enabled",
        "events_from": ["@self"],
        "enabled_events": ["v1.invoice.paid"],
        "event_payload": "thin",
        "webhook_endpoint": {"url": project.url},
    }
    project.stripe.put(build("v2.core.event_destination", **destination))


@plants("endpoint.duplicate", "secret.too_few")
def the_same_endpoint_twice(project):
    (endpoint,) = project.endpoints()
    project.stripe.put(endpoint | {"id": "we_second", "metadata": {}})


@plants("endpoint.rotation_unfinished")
def half_a_rotation(project):
    rotation.start(plan(project.url, OWN, TEST))


@plants("endpoint.upgrade_unfinished")
def half_an_upgrade(project):
    upgrade.start(plan(project.url, OWN, TEST).current, "2026-09-30.endive", api.listed(TEST), TEST)


@plants("secret.not_set")
def the_secret_of_nobody(project):
    project.settings.PINAX_STRIPE_WEBHOOK_SECRETS = [SECRET]


@plants("secret.too_few")
def a_second_endpoint_without_its_secret(project):
    (endpoint,) = project.endpoints()
    types = [*endpoint["enabled_events"], "account.application.authorized", "account.application.deauthorized"]
    second = {"id": "we_second", "metadata": {}, "application": "ca_1", "enabled_events": types}
    project.stripe.put(endpoint | second)


@plants("secret.of_another_endpoint", "secret.not_set")
def swapped_secrets(project):
    shop, project.url = project.url, "https://staging.example/hooks/stripe/"
    project.create_endpoint()
    project.url = shop


@plants("secret.of_the_cli")
def the_secret_of_the_cli(project):
    project.settings.PINAX_STRIPE_WEBHOOK_SECRETS += ["whsec_" + "0123456789abcdef" * 4]


@plants("clock.of_this_machine")
def a_clock_that_is_wrong(project):
    project.stripe.advance(3600)


@plants("deliveries.failing")
def an_undelivered_event(project):
    project.stripe.event("invoice.paid", build("invoice"), created=project.stripe.now - 3600)
    project.stripe.event("invoice.paid", build("invoice"))  # is being delivered


@plants("process.not_run")
def nobody_processes(project):
    event(next_attempt_at=minutes_ago(20), attempts=1)
    event(2, next_attempt_at=minutes_ago(1), attempts=1)


@plants("workers.idle")
def nobody_works(project):
    project.settings.PINAX_STRIPE_DISPATCHER = "pinax.stripe.dispatch.tasks.enqueue"
    event(next_attempt_at=minutes_ago(5), received_at=minutes_ago(6))


@plants("events.given_up")
def an_event_that_was_given_up(project):
    event(valid=True, attempts=12, given_up_at=minutes_ago(1))


@plants("events.contradicted")
def an_event_that_stripe_contradicts(project):
    event(valid=False, signed=True)


@plants("events.unreadable")
def a_delivery_that_cannot_be_read(project):
    RejectedDelivery.objects.create(cause=RejectedDelivery.Cause.UNREADABLE, reason="thin", body="{}")


@plants("events.without_key")
def a_live_event_without_a_key(project):
    event(livemode=True, signed=True, skipped=True, skip_cause=Event.SkipCause.NO_KEY)


@plants("reconcile.never")
def never_reconciled(project):
    Reconciliation.objects.all().delete()


@plants("reconcile.late")
def reconciled_last_week(project):
    Reconciliation.objects.update(reached=timezone.now() - timedelta(days=6))


@plants("cache.does_not_count", "pinax_stripe.W022", "pinax_stripe.W024")
def a_cache_that_forgets(project):
    project.settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    project.settings.PINAX_STRIPE_VALIDATION_BUDGET = 20
    project.settings.PINAX_STRIPE_WEBHOOK_SECRETS = []


@plants("retention.unset")
def payloads_that_are_kept_for_ever(project):
    project.settings.PINAX_STRIPE_EVENT_RETENTION_DAYS = None


@plants("site.plain_http", "keys.rejected")
def a_live_site_over_http(project):
    project.url = project.url.replace("https", "http")
    project.settings.PINAX_STRIPE_SECRET_KEY = "sk_live_rolled"


@pytest.mark.parametrize("id_", PLANTED)
def test_a_planted_fault_is_found_and_nothing_else(id_, project):
    plant, expected = PLANTED[id_]
    plant(project)

    found = project.findings()

    assert {finding.id for finding in found} == expected
    for finding in found:
        assert all([finding.message.strip(), finding.cure.strip()])
        assert bool(finding.why.strip()) is (finding.page == "reference/doctor.md")  # a check says it in its message
    told = " ".join(f"{finding.message} {finding.cure}" for finding in found)
    for _, secret in usable_secrets():
        assert secret not in told
    assert conf.SECRET_KEY not in told


def test_a_healthy_project_has_no_findings(project):
    assert project.ids() == set()


def test_a_healthy_project_without_a_named_url_has_none_either(project):
    project.url = ""

    assert project.ids() == set()


def test_without_a_url_an_endpoint_at_the_path_of_the_urlconf_is_looked_for(project):
    no_endpoint(project)
    project.url = ""

    (finding,) = project.findings()

    assert (finding.id, finding.severity) == ("endpoint.missing", Severity.ERROR)
    assert "a URL with the path /stripe/webhook" in finding.message


def test_an_endpoint_of_all_types_is_cured_by_the_command_that_the_finding_names(project):
    needed = plan(project.url, OWN, TEST).types
    an_endpoint_of_all_types(project)

    (finding,) = project.findings()
    assert f"This project needs {len(needed)} types." in finding.message
    assert finding.cure == f"stripe_endpoint apply --url {project.url} selects them by name."
    call_command("stripe_endpoint", "apply", "--yes", url=project.url, stdout=StringIO())

    (endpoint,) = project.endpoints()
    assert endpoint["enabled_events"] == sorted(needed)
    assert project.ids() == set()


@pytest.mark.parametrize("base", [None, "http://127.0.0.1:1"])
def test_whose_clock_differs_depends_on_who_is_asked(project, base):
    asked_at = datetime(2026, 11, 1, tzinfo=UTC)
    answered = AtStripe(TEST, asked=Asked(asked_at, asked_at), here=asked_at - timedelta(hours=1))
    project.settings.PINAX_STRIPE_API_BASE = base

    (finding,) = (one for one in examine(Facts(modes={False: answered})) if one.id == "clock.of_this_machine")

    assert ("NTP" in finding.cure) is (base is None)
    assert ("PINAX_STRIPE_API_BASE" in finding.cure) is (base is not None)
    assert (base or "This machine's clock differs from Stripe's") in finding.message


def test_findings_of_the_system_checks_are_findings(project):
    project.settings.PINAX_STRIPE_WEBHOOK_SECRETS += ["whsec_..."]

    (finding,) = project.findings()

    assert (finding.id, finding.severity, finding.page) == ("pinax_stripe.E007", Severity.ERROR, "reference/checks.md")
    assert "environment variable" in finding.cure


@pytest.mark.parametrize(
    ("id_", "database"),
    [
        ("database.isolation", Database("default", "postgresql", "serializable")),
        ("database.isolation", Database("default", "mysql", "read uncommitted")),
        ("database.time_zones", Database("default", "mysql", "read committed", knows_time_zones=False)),
        ("database.sqlite_locks", Database("default", "sqlite", begins_immediately=False)),
    ],
)
def test_a_database_that_costs_something_is_found(id_, database):
    facts = Facts(database=database)

    assert [finding.id for finding in examine(facts) if finding.id.startswith("database.")] == [id_]


def test_the_database_of_these_tests_is_asked_for_its_isolation_level():
    known = {"postgresql": "read committed", "mysql": "read committed", "sqlite": ""}

    found = ask()

    assert (found.alias, found.vendor) == ("default", connection.vendor)
    assert found.isolation == os.environ.get("PINAX_TEST_ISOLATION", known[connection.vendor])
    assert found.begins_immediately


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", ""])
def test_usual_isolation_levels_are_no_fault(isolation):
    facts = Facts(database=Database("default", "postgresql", isolation))

    assert [finding.id for finding in examine(facts) if finding.id.startswith("database.")] == []


def test_an_error_in_one_diagnosis_hides_no_other(project):
    project.settings.PINAX_STRIPE_PUBLIC_KEY = 5
    no_endpoint(project)

    assert project.ids() == {"doctor.incomplete", "endpoint.missing", "pinax_stripe.E003"}


def test_what_stripe_does_not_say_hides_nothing_else(project):
    def refuses_the_second_time(path):
        project.stripe.answering(times=1, path=path, headers={})
        return project.stripe.answering(403, REFUSED, path=path)

    refuses_the_second_time("/v1/events")
    a_disabled_endpoint(project)

    assert project.ids() == {"endpoint.disabled"}


def test_without_a_path_in_the_urlconf_every_endpoint_may_be_meant(project):
    project.settings.ROOT_URLCONF = __name__
    project.url = ""

    assert project.ids() == {"endpoint.missing", "pinax_stripe.W002"}


def test_an_id_is_taken_once():
    with pytest.raises(ValueError, match="is taken"):
        diagnosis("endpoint.missing", Severity.ERROR)(lambda facts: iter(()))


def test_connected_accounts_are_known_by_their_events_too(project):
    event(stripe_account="acct_1", valid=True, processed=True)

    assert project.ids() == {"endpoint.of_connected_accounts_missing"}


def test_the_row_of_the_platforms_own_account_is_not_a_connected_one(project):
    Account.objects.create(stripe_id="acct_fake", livemode=False)

    assert project.ids() == set()


def test_a_cache_that_counts_is_left_as_it_was(project):
    project.settings.PINAX_STRIPE_VALIDATION_BUDGET = 20
    project.settings.PINAX_STRIPE_WEBHOOK_SECRETS = []
    before = set(cache._cache)

    assert "cache.does_not_count" not in project.ids()
    assert set(cache._cache) == before
