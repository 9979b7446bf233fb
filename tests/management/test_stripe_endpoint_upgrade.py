"""``stripe_endpoint upgrade``: every step, once, twice, interrupted, and back; events arrive all the while."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from pinax.stripe.client import rate_limited
from pinax.stripe.models import Event, RejectedDelivery, Subscription
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build

pytestmark = pytest.mark.django_db(transaction=True)

URL = "https://shop.example/stripe/webhook/"
OLD, NEW = "2024-06-20", "2026-10-28.endive"
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


def test_the_old_endpoint_stays_until_it_has_delivered_what_only_it_may_deliver(
    stripe, upgrade, old, endpoints, deliver
):
    upgrade("start")
    upgrade("enable")
    new = new_of(endpoints, old)
    lost = stripe.event("invoice.paid", build("invoice"))
    deliver(lost, only=new)  # compared; the other delivery fails
    deliver(stripe.event("invoice.paid", build("invoice")))
    stripe.event("issuing_card.created", build("issuing.card"))  # waits for another endpoint

    with pytest.raises(CommandError, match=f"1 events may still be delivered by {old} only"):
        upgrade("switch")

    assert states(endpoints) == {old: ("enabled", False), new: ("enabled", False)}
    assert "upgrade switch again, or upgrade revert" in upgrade()
    deliver(lost, only=old)
    upgrade("switch")
    assert states(endpoints) == {old: ("disabled", False), new: ("enabled", False)}
    assert Event.objects.filter(processed=True, deliveries=1).count() == 2


def test_what_is_being_delivered_after_the_switch_does_not_hold_it_up(stripe, upgrade, old, endpoints, deliver):
    upgrade("start")
    upgrade("enable")
    lost = stripe.event("invoice.paid", build("invoice"))
    with pytest.raises(CommandError, match="1 events may still"):
        upgrade("switch")
    deliver(lost)
    stripe.event("invoice.paid", build("invoice"), created=stripe.now + 120)

    upgrade("switch")

    assert states(endpoints)[old] == ("disabled", False)


@pytest.fixture
def switching(stripe, upgrade):
    """Begin an upgrade, and switch while an event waits for the old endpoint; returns the event."""

    def switching():
        upgrade("start")
        upgrade("enable")
        waiting = stripe.event("invoice.paid", build("invoice"))
        with pytest.raises(CommandError, match="events may still be delivered"):
            upgrade("switch")
        return waiting

    return switching


def test_while_both_are_processed_each_event_is_processed_once(
    heard, upgrade, stripe, old, endpoints, deliver, switching
):
    switching()

    new = new_of(endpoints, old)
    answers = [deliver(stripe.event("invoice.paid", build("invoice")), first=first) for first in (old, new)]

    assert answers == [{old: 200, new: 200}, {new: 200, old: 200}]
    assert [(event.deliveries, event.api_version) for event in Event.objects.order_by("pk")] == [(2, OLD), (2, NEW)]
    assert len(heard) == 4  # invoice.paid and any_event, twice


def test_after_a_revert_the_old_version_is_processed_and_nothing_that_failed_meanwhile_is_lost(
    stripe, upgrade, old, endpoints, deliver, settings
):
    for step in ("start", "enable", "switch"):
        upgrade(step)
    new = new_of(endpoints, old)
    lost = stripe.event("invoice.paid", build("invoice"), created=stripe.now - 3600)

    assert f"{old} is enabled. What {new} delivers is only compared." in upgrade("revert")

    assert states(endpoints) == {old: ("enabled", False), new: ("enabled", True)}
    with pytest.raises(CommandError, match=f"1 events may still be delivered by {new} only, which is kept"):
        upgrade("cancel")
    assert deliver(lost, only=new) == {new: 200}  # at the URL of deliveries that are only compared
    assert Event.objects.get().processed
    event = stripe.event("invoice.paid", build("invoice"))
    deliver(event, first=new)
    assert Event.objects.get(stripe_id=event["id"]).api_version == OLD
    upgrade("cancel")
    assert states(endpoints) == {old: ("enabled", False)}


def test_event_types_that_change_meanwhile_are_taken_over(stripe, upgrade, command, old, endpoints, settings):
    upgrade("start")
    upgrade("enable")
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["invoice.*"]
    said = command("apply")
    assert "-   invoice.paid" in said
    assert f"! an upgrade to API version {NEW} has begun: see stripe_endpoint upgrade" in said

    upgrade("switch")

    assert all("invoice.paid" not in one["enabled_events"] for one in endpoints())


@pytest.mark.parametrize("step", ["start", "enable", "switch", "revert", "finish", "cancel"])
def test_a_step_asks_first_and_a_no_changes_nothing(step, stripe, upgrade, old, monkeypatch):
    for one in BEFORE[step]:
        upgrade(one)
    stripe.requests.clear()
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or "n")

    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        call_command("stripe_endpoint", "upgrade", step, "--to", NEW, "--testmode", "--url", URL, stdout=io.StringIO())

    assert (asked, changes(stripe)) == (["Do this at Stripe? [y/N] "], [])


@pytest.mark.parametrize(
    ("before", "words", "message"),
    [
        ([], ["start", "--to", "tomorrow"], "tomorrow is not an API version"),
        ([], ["start", "--to", OLD], f"has API version {OLD} already"),
        ([], ["start"], f"has API version {OLD} already"),
        ([], ["stop"], "stop is not a step of upgrade: start, enable, compare, switch, revert, finish, cancel"),
        ([], ["start", "enable"], "upgrade takes no ids"),
        ([], ["enable"], "No upgrade has begun: upgrade start comes before upgrade enable"),
        ([], ["compare"], "No upgrade has begun"),
        ([], ["start", "--thin"], "Thin events have no API version"),
        (["start"], ["start", "--to", "2025-09-30.clover"], f"An upgrade to {NEW} has begun"),
        (["start"], ["switch"], "is disabled: stripe_endpoint upgrade enable comes first"),
        (["start"], ["finish"], "has not taken over: stripe_endpoint upgrade switch comes first"),
        (["start", "enable", "switch"], ["cancel"], "stripe_endpoint upgrade revert comes first"),
    ],
)
def test_a_step_that_cannot_be_taken_says_why(before, words, message, stripe, upgrade, command, old):
    for one in before:
        upgrade(one)
    stripe.requests.clear()

    with pytest.raises(CommandError, match=message):
        command("upgrade", *words)
    assert changes(stripe) == []


def test_without_an_endpoint_there_is_nothing_to_upgrade(upgrade, endpoints):
    with pytest.raises(CommandError, match="There is no endpoint at"):
        upgrade("start")
    assert endpoints() == []


def test_a_rotation_and_an_upgrade_do_not_mix(command, upgrade, old, endpoints):
    upgrade("start")
    with pytest.raises(CommandError, match="An upgrade has begun"):
        command("rotate")
    upgrade("cancel")

    command("rotate")

    with pytest.raises(CommandError, match="A rotation has begun"):
        upgrade("start")
    assert len(endpoints()) == 2


def test_a_secret_of_which_nothing_is_known_does_not_take_over(stripe, upgrade, old, endpoints):
    upgrade("start")
    (new,) = [one for one in endpoints() if one["id"] != old]
    stripe.put({**new, "metadata": {"pinax_stripe_upgrades": old}})  # its fingerprint could not be kept

    with pytest.raises(CommandError, match="Nobody knows whether the secret"):
        upgrade("enable")


def test_if_the_old_endpoint_was_deleted_by_hand_the_new_one_can_only_take_over(upgrade, command, old, endpoints):
    upgrade("start")
    upgrade("enable")
    command("delete", old)

    for step in ("revert", "cancel"):
        with pytest.raises(CommandError, match="nothing would be delivered"):
            upgrade(step)
    upgrade("switch")

    assert list(states(endpoints).values()) == [("enabled", False)]
    assert "No upgrade has begun, or it is finished." in upgrade("finish")


def test_an_endpoint_of_connected_accounts_is_upgraded_by_itself(stripe, upgrade, command, old, endpoints, settings):
    deploy(command("apply", "--connect"), settings)

    upgrade("start", "--connect")

    assert sorted(states(endpoints).values()) == [("disabled", True), ("enabled", False), ("enabled", False)]
    assert "No upgrade has begun" in upgrade()
    assert "disabled" in upgrade("--connect")


def test_the_version_is_that_of_the_projects_requests_by_default(upgrade, command, old, settings):
    settings.PINAX_STRIPE_API_VERSION = NEW

    said = command("upgrade", "start")

    assert f"disabled, with API version {NEW}." in said
    assert "!" not in said
    assert f"! an upgrade to API version {NEW} has begun" in command("plan")
    assert "Nothing to apply." in command("apply")


def test_compare_shows_each_difference_with_what_needs_the_type(stripe, upgrade, command, old, deliver, connect):
    connect(WEBHOOK_SIGNALS["customer.subscription.updated"], lambda **kwargs: None, dispatch_uid="shop.renewed")
    upgrade("start")
    upgrade("enable")
    assert upgrade("compare") == "Nothing was compared.\n"
    event = stripe.event("customer.subscription.updated", build("subscription"))
    deliver(event)
    same = stripe.event("invoice.voided", {"id": "in_1", "object": "invoice", "status": "void"})
    deliver(same)
    stripe.requests.clear()

    lines = upgrade("compare").splitlines()
    facts = json.loads(upgrade("compare", "--json"))

    head = "customer.subscription.updated  1 events, 2024-06-20 → 2026-10-28.endive  (Subscription, shop.renewed)"
    assert lines[: lines.index("invoice.voided  1 events, 2024-06-20 → 2026-10-28.endive  (Invoice)")] == [
        head,
        f"-   current_period_end  (1, {event['id']})",
        f"-   current_period_start  (1, {event['id']})",
        f"+   items.data.*.current_period_end  (1, {event['id']})",
        f"+   items.data.*.current_period_start  (1, {event['id']})",
    ]
    assert "event.message, which receivers read, has API version 2024-06-20 in 2 events." in lines
    assert (facts["old"], facts["stage"], facts["events"]) == (old, "comparing", 2)
    of_type = facts["types"]["customer.subscription.updated"]
    assert of_type["versions"] == [{"old": OLD, "new": NEW, "events": 1}]
    assert of_type["needed_by"] == ["Subscription", "shop.renewed"]
    assert of_type["differences"][0] == {
        "path": "current_period_end",
        "how": "only_old",
        "old": "",
        "new": "",
        "events": 1,
        "example": event["id"],
    }
    assert changes(stripe) == []


def test_compare_says_what_was_not_compared(stripe, upgrade, old, endpoints, deliver, settings):
    upgrade("start")
    upgrade("enable")
    deliver(stripe.event("invoice.paid", build("invoice")), only=new_of(endpoints, old))

    said = upgrade("compare")

    assert "! 1 deliveries not compared: the other endpoint has not brought the event" in said
    settings.PINAX_STRIPE_REJECTED_KEPT = 0
    assert "PINAX_STRIPE_REJECTED_KEPT is 0." in upgrade("compare")


def test_a_switch_without_a_comparison_is_warned_of(stripe, upgrade, old, endpoints, deliver):
    upgrade("start")
    upgrade("enable")
    warning = f"! Nothing that {new_of(endpoints, old)} has delivered was compared yet."

    assert warning in upgrade("switch")
    upgrade("revert")
    deliver(stripe.event("invoice.paid", build("invoice")))
    assert warning not in upgrade("switch")


def test_other_types_and_values_have_signs_of_their_own(stripe, upgrade, old, deliver, endpoints, client):
    upgrade("start")
    upgrade("enable")
    event = stripe.event("charge.succeeded", build("charge", metadata={}))
    deliver(event, only=old)
    other = {**event["data"]["object"], "status": "paid", "amount": "1"}
    deliver({**event, "data": {"object": other}}, only=new_of(endpoints, old))

    lines = upgrade("compare").splitlines()

    assert f"~   amount: number → string  (1, {event['id']})" in lines
    assert f"~   status: another value  (1, {event['id']})" in lines


def test_while_both_are_processed_nothing_is_deleted_and_types_can_be_changed(
    upgrade, command, stripe, old, endpoints, deliver, switching, settings
):
    settings.PINAX_STRIPE_API_VERSION = NEW
    waiting = switching()
    with pytest.raises(CommandError, match="upgrade revert comes first"):
        upgrade("cancel")
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["invoice.*"]
    assert "is at the same URL" not in command("apply")
    deliver(waiting)

    upgrade("switch")

    (new,) = [one for one in endpoints() if one["id"] != old]
    assert "invoice.paid" not in new["enabled_events"]
    assert "is at the same URL" not in command("plan")


def test_the_endpoint_that_is_processed_is_kept_in_step(upgrade, command, old, settings):
    settings.PINAX_STRIPE_API_VERSION = NEW
    upgrade("start")
    upgrade("enable")

    assert json.loads(command("plan", "--json"))["endpoint"] == old


def test_cancel_waits_for_nothing_if_the_new_endpoint_has_never_taken_over(stripe, upgrade, old, endpoints):
    upgrade("start")
    upgrade("enable")
    stripe.event("invoice.paid", build("invoice"))

    upgrade("cancel")

    assert states(endpoints) == {old: ("enabled", False)}


def disable(stripe, endpoints, id_):
    """Disable an endpoint, as a person in the Dashboard does."""
    (found,) = [one for one in endpoints() if one["id"] == id_]
    stripe.put({**found, "status": "disabled"})


def test_an_old_endpoint_that_was_disabled_by_hand_is_enabled_first(stripe, upgrade, old, endpoints):
    upgrade("start")
    disable(stripe, endpoints, old)
    with pytest.raises(CommandError, match=f"{old} is disabled: stripe_endpoint upgrade revert comes first"):
        upgrade("cancel")

    upgrade("revert")
    upgrade("cancel")

    assert states(endpoints) == {old: ("enabled", False)}


def test_a_new_endpoint_that_was_disabled_by_hand_is_enabled_again(upgrade, stripe, old, endpoints, deliver, switching):
    deliver(switching())
    new = new_of(endpoints, old)
    disable(stripe, endpoints, new)

    upgrade("switch")

    assert states(endpoints) == {old: ("disabled", False), new: ("enabled", False)}


def test_events_that_are_confirmed_by_asking_are_processed_once_at_each_stage(
    heard, stripe, upgrade, old, endpoints, deliver, settings
):
    settings.PINAX_STRIPE_VALIDATION = "retrieve"
    for step in ("start", "enable", "switch", "revert", "switch", "finish"):
        upgrade(step)
        answers = deliver(stripe.event("invoice.paid", build("invoice")))
        assert set(answers.values()) == {200}

    events = Event.objects.all()
    assert [(event.processed, event.deliveries) for event in events] == [(True, 1)] * 6
    assert len(heard) == 2 * 6  # invoice.paid and any_event
    assert {event.webhook_message["api_version"] for event in events} == {OLD, NEW}
    assert {event.api_version for event in events} == {NEW}  # that of Stripe's own copy
