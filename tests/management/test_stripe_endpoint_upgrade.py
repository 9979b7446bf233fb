"""``stripe_endpoint upgrade``: every step, once, twice, interrupted, and back; events arrive all the while."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from pinax.stripe.client import rate_limited
from pinax.stripe.models import Event, RejectedDelivery, Subscription
from pinax.stripe.scope import Scope
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

URL = "https://shop.example/stripe/webhook/"
OLD, NEW = "2024-06-20", "2026-10-28.endive"
TEST = Scope(livemode=False)
#: The steps before each step, and those that end the upgrade after it.
BEFORE = {
    "start": (),
    "enable": ("start",),
    "switch": ("start", "enable"),
    "finish": ("start", "enable", "switch"),
    "revert": ("start", "enable", "switch"),
    "cancel": ("start", "enable", "switch", "revert"),
}
AFTER = {
    "start": ("enable", "switch", "finish"),
    "enable": ("switch", "finish"),
    "switch": ("finish",),
    "finish": (),
    "revert": ("switch", "finish"),
    "cancel": (),
}


class Interrupted(BaseException):
    """The process is killed."""


@pytest.fixture(autouse=True)
def project(settings):
    settings.PINAX_STRIPE_API_VERSION = OLD
    settings.PINAX_STRIPE_VALIDATION = "signature"


@pytest.fixture
def command(stripe):
    """Run the command in test mode; returns what it says."""

    def run(*words):
        out = io.StringIO()
        call_command(
            "stripe_endpoint", *words, "--testmode", "--url", URL, *(["--yes"] * (words[0] != "plan")), stdout=out
        )
        return out.getvalue()

    return run


@pytest.fixture
def upgrade(command, settings):
    """Take a step of an upgrade to the new version; a secret that it prints is deployed at once."""

    def step(*words):
        said = command("upgrade", *words, *(["--to", NEW] * (words[:1] == ("start",))))
        deploy(said, settings)
        return said

    return step


@pytest.fixture(params=[(), ("--destination",)], ids=["endpoint", "destination"])
def old(request, command, endpoints, settings):
    """The endpoint in the old version, of API v1 and of v2, whose secret is deployed."""
    deploy(command("apply", *request.param), settings)
    (created,) = endpoints()
    return created["id"]


@pytest.fixture
def endpoints(stripe):
    """Return the endpoints and destinations at Stripe as they are now, the newest first."""

    def listed():
        kinds = ["webhook_endpoint", "v2.core.event_destination"]
        return stripe._store.newest_first(kinds, "", False)

    return listed


@pytest.fixture
def deliver(stripe, client):
    """Post an event to all endpoints, as Stripe does, in this order; returns the answers by endpoint."""

    def deliver(event, first=None, only=None):
        posts = sorted(stripe.deliveries(event), key=lambda one: one.endpoint != first)
        answers = {
            post.endpoint: client.post(
                post.target, post.body, content_type="application/json", headers=post.headers
            ).status_code
            for post in posts
            if only in {None, post.endpoint}
        }
        failed = sum(status != 200 for status in answers.values()) + len(posts) - len(answers)
        stripe.put({**event, "pending_webhooks": failed})
        return answers

    return deliver


def deploy(said, settings):
    secrets = [word for word in said.split() if word.startswith("whsec_")]
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [*settings.PINAX_STRIPE_WEBHOOK_SECRETS, *secrets]


def changes(stripe):
    return [request for request in stripe.requests if request.method != "GET"]


def states(endpoints):
    """What Stripe has: the id of each endpoint, whether it is enabled, and whether its URL has the mark."""
    found = {}
    for one in endpoints():
        url = one["url"] if one["object"] == "webhook_endpoint" else one["webhook_endpoint"]["url"]
        found[one["id"]] = (one["status"], "?compare=" in url)
    return found


def new_of(endpoints, old):
    (new,) = [one["id"] for one in endpoints() if one["id"] != old]
    return new


def test_the_whole_way_of_an_upgrade(heard, stripe, upgrade, old, endpoints, deliver, command):
    def happens():
        event = stripe.event("customer.subscription.updated", build("subscription"))
        return deliver(event), Event.objects.get(stripe_id=event["id"])

    before = next(one for one in endpoints())

    upgrade("start")
    new = new_of(endpoints, old)
    made = next(one for one in endpoints() if one["id"] == new)
    assert states(endpoints) == {old: ("enabled", False), new: ("disabled", True)}
    assert set(made["enabled_events"]) == set(before["enabled_events"])
    assert (made.get("api_version") or made["snapshot_api_version"]) == NEW
    assert happens()[0] == {old: 200}

    upgrade("enable")
    assert states(endpoints) == {old: ("enabled", False), new: ("enabled", True)}
    answers, event = happens()
    assert answers == {old: 200, new: 200}
    assert (event.processed, event.deliveries, event.api_version) == (True, 1, OLD)
    kept = RejectedDelivery.objects.get(stripe_id=event.stripe_id)
    assert (kept.cause, json.loads(kept.body)["api_version"]) == ("compared", NEW)

    said = upgrade("compare")
    assert "customer.subscription.updated  1 events, 2024-06-20 → 2026-10-28.endive  (Subscription" in said
    assert f"-   current_period_end  (1, {event.stripe_id})" in said
    assert f"+   items.data.*.current_period_end  (1, {event.stripe_id})" in said

    upgrade("switch")
    assert states(endpoints) == {old: ("disabled", False), new: ("enabled", False)}
    answers, event = happens()
    assert (answers, event.processed, event.api_version) == ({new: 200}, True, NEW)
    assert "Nothing to apply." in command("apply")

    upgrade("finish")
    assert states(endpoints) == {new: ("enabled", False)}
    assert happens()[0] == {new: 200}
    assert "No upgrade has begun, or it is finished." in upgrade()
    assert [one.event.stripe_id for one in heard if one.signal != "*"] == [
        event.stripe_id for event in Event.objects.order_by("pk")
    ]
    assert Subscription.objects.filter(current_period_end__isnull=False).count() == Event.objects.count() == 4


def test_the_secret_is_printed_once_and_both_are_needed_meanwhile(
    upgrade, command, old, endpoints, settings, deliver, stripe
):
    said = command("upgrade", "start", "--to", NEW)
    (secret,) = [word for word in said.split() if word.startswith("whsec_")]

    with pytest.raises(CommandError, match="does not contain the secret of"):
        upgrade("enable")
    assert secret not in command("upgrade", "start", "--to", NEW) + upgrade() + json.dumps(endpoints())

    settings.PINAX_STRIPE_WEBHOOK_SECRETS = [*settings.PINAX_STRIPE_WEBHOOK_SECRETS, secret]
    upgrade("enable")
    assert set(deliver(stripe.event("invoice.paid", build("invoice"))).values()) == {200}


@pytest.mark.parametrize("times", [2, 3])
def test_each_step_twice_changes_nothing_the_second_time(times, stripe, upgrade, old):
    for step in ("start", "enable", "switch", "revert", "switch", "finish"):
        upgrade(step)
        stripe.requests.clear()
        for _ in range(times - 1):
            upgrade(step)
        assert changes(stripe) == [], step
    upgrade("cancel")
    assert changes(stripe) == []


def test_cancel_twice_changes_nothing_the_second_time(stripe, upgrade, old, endpoints):
    upgrade("start")
    upgrade("cancel")
    stripe.requests.clear()

    assert "No upgrade has begun" in upgrade("cancel")

    assert changes(stripe) == []
    assert states(endpoints) == {old: ("enabled", False)}


@pytest.mark.parametrize("number", range(9))
@pytest.mark.parametrize("step", ["start", "enable", "switch", "finish", "revert", "cancel"])
def test_a_step_that_was_interrupted_anywhere_goes_on(step, number, stripe, upgrade, old, endpoints, deliver):
    for one in BEFORE[step]:
        upgrade(one)
    try:
        with killed_before_request(number):
            upgrade(step)
    except Interrupted:
        if step == "start" and len(endpoints()) > 1:  # its secret is lost
            upgrade("start")
            assert states(endpoints)[new_of(endpoints, old)] == ("disabled", True)
            upgrade("cancel")
    deliver(stripe.event("invoice.paid", build("invoice")))

    upgrade(step)
    stripe.requests.clear()
    upgrade(step)

    assert changes(stripe) == []
    for one in AFTER[step]:
        upgrade(one)
    deliver(stripe.event("invoice.paid", build("invoice")))
    assert Event.objects.filter(processed=True).count() == 2
    assert list(states(endpoints).values()) == [("enabled", False)]


def killed_before_request(number):
    """Kill the process when it is about to send a request to Stripe, after so many others."""
    left = iter(range(number))

    def wait():
        if next(left, None) is None:
            raise Interrupted

    return rate_limited(wait)
