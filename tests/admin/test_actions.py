"""What operators do in the admin: confirmed, with a reason, by those who may, and written down row by row."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pinax.stripe.admin import operations
from pinax.stripe.admin.operations import FETCH, ON_EVENTS, RECONCILE
from pinax.stripe.models import Charge, Customer, Event, EventReplay, Reconciliation
from pinax.stripe.operations.retry import process_due
from pinax.stripe.signals import WEBHOOK_SIGNALS
from pinax.stripe.testing import build
from tests.admin.conftest import address_of
from tests.inbox.listener import Listener

pytestmark = pytest.mark.django_db

EVERYTHING = [*ON_EVENTS, FETCH, RECONCILE]


def operate(name, model=Event):
    return reverse(f"admin:pinax_stripe_{model._meta.model_name}_operate", args=[name])


def keys_of(*rows):
    return ",".join(str(row.pk) for row in rows)


@pytest.fixture
def run(admin_client):
    """Confirm an operation; what is written down of it, row by row."""

    def run(name, *rows, **chosen):
        before = set(EventReplay.objects.values_list("pk", flat=True))
        posted = {"pk": keys_of(*rows), "reason": "it is fixed", **chosen}
        response = admin_client.post(operate(name, type(rows[0])), posted)
        assert response.status_code == 302, response.context["form"].errors
        return [row.outcome for row in EventReplay.objects.exclude(pk__in=before).order_by("pk")]

    return run


@pytest.fixture
def listener(connect):
    return lambda kind, name, failures=0: connect(WEBHOOK_SIGNALS[kind], Listener(name, failures))


def state_of(event):
    return Event.objects.values(
        "processed", "valid", "skipped", "given_up_at", "pruned_at", "next_attempt_at", "attempts"
    ).get(pk=event.pk)


def test_a_list_asks_for_a_reason_before_anything_runs(admin_client, failed_event, given_up_event):
    chosen = {"action": "replay", "_selected_action": [failed_event.pk, given_up_event.pk], "index": "0"}

    response = admin_client.post(address_of(Event), {**chosen, "reason": "smuggled in"})

    html = response.content.decode()
    assert response.status_code == 200
    assert "Each event starts from the beginning" in html
    assert "Replay: 2 events" in html
    assert failed_event.stripe_id in html
    assert not EventReplay.objects.exists()


def test_all_that_a_filter_lets_through_is_confirmed_once(admin_client, failed_event, given_up_event, processed_event):
    chosen = {"action": "replay", "_selected_action": [failed_event.pk], "select_across": "1", "index": "0"}

    response = admin_client.post(f"{address_of(Event)}?status=pending", chosen)

    assert response.context["number"] == 2


def test_without_a_reason_nothing_runs(admin_client, failed_event):
    before = state_of(failed_event)

    response = admin_client.post(operate("replay"), {"pk": failed_event.pk, "reason": "  "})

    assert "This field is required" in response.content.decode()
    assert state_of(failed_event) == before
    assert not EventReplay.objects.exists()


def test_a_replay_says_of_each_event_what_became_of_it_and_who_asked(run, listener, arrive, text):
    sell = listener("charge.succeeded", "sell", failures=1)
    listener("charge.failed", "complain", failures=2)
    sold = arrive("charge.succeeded", build("charge"), answer=503)
    failed = arrive("charge.failed", build("charge"), answer=503)

    assert run("replay", failed, sold) == ["processed", "to be tried again"]

    kept = EventReplay.objects.get(event=sold)
    assert (kept.action, kept.requested_by, kept.reason) == ("replay", "admin", "it is fixed")
    assert sell.calls == 2
    html = text(EventReplay, batch=kept.batch)
    for words in ("to be tried again", "it is fixed", sold.stripe_id, failed.stripe_id, "Replay: 1 processed"):
        assert words in html


def test_a_replay_can_call_one_receiver_and_repeat_what_has_succeeded(admin_client, run, listener, arrive):
    one, two = (listener("charge.succeeded", name) for name in ("one", "two"))
    event = arrive("charge.succeeded", build("charge"))
    page = admin_client.get(operate("replay"), {"pk": event.pk}).content.decode()
    names = [f"{Listener.__module__}.{name}" for name in ("one", "two")]
    assert all(f'<option value="{name}">' in page for name in names)

    assert run("replay", event) == ["nothing to do"]
    assert run("replay", event, receiver=names[1], again="on") == ["processed"]

    assert (one.calls, two.calls) == (1, 2)
    kept = EventReplay.objects.first()
    assert (kept.receiver, kept.again) == (names[1], True)


def test_a_receiver_that_the_events_do_not_have_cannot_be_chosen(admin_client, failed_event):
    posted = {"pk": failed_event.pk, "reason": "x", "receiver": "os.system"}

    assert admin_client.post(operate("replay"), posted).context["form"].errors.keys() == {"receiver"}


def test_process_now_tries_what_is_pending_and_leaves_the_rest(run, listener, arrive, processed_event, forged_event):
    listener("coupon.created", "print_coupon", failures=1)
    failed = arrive("coupon.created", build("coupon"), answer=503)

    assert run("process", processed_event, forged_event, failed) == ["nothing to do", "nothing to do", "processed"]

    assert EventReplay.objects.filter(action="process").count() == 3


def test_verify_again_asks_stripe_and_processes_what_it_confirms(run, unchecked_event, forged_event, processed_event):
    assert run("verify", forged_event, unchecked_event, processed_event) == ["processed", "rejected", "nothing to do"]

    assert state_of(forged_event)["valid"] is False
    assert state_of(unchecked_event)["processed"] is True


def test_an_event_is_given_up_and_taken_up_again(run, listener, arrive):
    sell = listener("charge.succeeded", "sell", failures=1)
    event = arrive("charge.succeeded", build("charge"), answer=503)

    assert run("give-up", event) == ["given up"]
    assert Event.objects.given_up().get() == event
    assert run("give-up", event) == ["nothing to do"]
    process_due()
    assert sell.calls == 1
    assert run("retry", event) == ["processed"]
    assert run("retry", event) == ["nothing to do"]

    assert (sell.calls, state_of(event)["processed"]) == (2, True)
    assert run("give-up", event) == ["nothing to do"]


def test_a_payload_is_pruned_once_the_event_has_ended(run, processed_event, failed_event, text):
    assert run("prune", processed_event, failed_event) == ["pruned", "nothing to do"]

    processed_event.refresh_from_db()
    failed_event.refresh_from_db()
    assert (processed_event.webhook_message, processed_event.validated_message) == ({}, None)
    assert failed_event.webhook_message["id"] == "evt_failed"
    assert "Pruned" in text(processed_event)


def test_an_object_is_fetched_from_stripe(run, stripe, arrive):
    arrive("customer.created", build("customer", id="cus_1", email="old@example.com"))
    stripe.put(build("customer", id="cus_1", email="new@example.com"))

    assert run("fetch", Customer.objects.get()) == ["still there"]

    assert Customer.objects.get().email == "new@example.com"
    kept = EventReplay.objects.get()
    assert (kept.action, kept.stripe_id, kept.event) == ("fetch", "cus_1", None)


def test_if_stripe_cannot_be_asked_for_an_object_the_result_says_so(run, stripe, processed_event):
    with stripe.answering(500):
        [outcome] = run("fetch", Charge.objects.get())

    assert outcome.startswith("ch_processed: ")


def test_an_account_and_mode_is_reconciled(run, stripe):
    stripe.event("customer.created", build("customer", id="cus_missed"), livemode=True)
    row = Reconciliation.objects.create(livemode=True)

    assert run("reconcile", row) == ["1 at Stripe, 1 recovered, 0 failed"]

    assert Customer.objects.get().stripe_id == "cus_missed"
    row.refresh_from_db()
    assert row.reached is not None


def test_a_reconciliation_that_takes_too_long_is_left_to_the_command(run, stripe, monkeypatch):
    monkeypatch.setattr(operations, "SECONDS", -1.0)
    stripe.event("customer.created", build("customer"), livemode=True)

    [outcome] = run("reconcile", Reconciliation.objects.create(livemode=True))

    assert "run stripe_reconcile" in outcome
    assert Event.objects.get().processed is False
    assert Reconciliation.objects.get().reached is None


def test_what_does_not_fit_into_a_request_is_left_to_stripe_process(run, monkeypatch, failed_event, given_up_event):
    monkeypatch.setattr(operations, "SECONDS", -1.0)
    Event.objects.update(next_attempt_at=timezone.now() + timezone.timedelta(days=1))

    assert run("replay", failed_event, given_up_event) == ["queued", "queued"]

    assert set(Event.objects.due()) == {failed_event, given_up_event}


def test_one_receiver_is_called_in_the_request_or_not_at_all(run, listener, arrive, admin_client, monkeypatch):
    sell = listener("charge.succeeded", "sell", failures=2)
    events = [arrive("charge.succeeded", build("charge"), answer=503) for _ in range(2)]
    monkeypatch.setattr(operations, "SECONDS", -1.0)

    assert run("replay", *events, receiver=f"{Listener.__module__}.sell") == ["processed"]

    assert sell.calls == 3
    assert "1 not run: it took too long" in admin_client.get(address_of(Event)).content.decode()


enqueued = []


def test_several_events_go_to_the_engine_and_one_does_not(run, settings, failed_event, given_up_event, half_way_event):
    settings.PINAX_STRIPE_DISPATCHER = "tests.admin.test_actions.enqueue"
    enqueued.clear()

    assert run("replay", failed_event, given_up_event) == ["queued", "queued"]
    assert run("replay", half_way_event) == ["to be tried again"]

    assert enqueued == [failed_event.pk, given_up_event.pk]
    assert not Event.objects.due().exists()


def enqueue(event_pk):
    enqueued.append(event_pk)


def test_an_error_at_one_row_stops_no_other_one(run, listener, arrive, admin_client, processed_event):
    listener("coupon.created", "print_coupon", failures=1)
    failed = arrive("coupon.created", build("coupon"), answer=503)
    name = f"{Listener.__module__}.print_coupon"

    assert run("replay", processed_event, failed, receiver=name) == ["processed"]

    assert f"No receiver of charge.succeeded is called {name}" in admin_client.get(address_of(Event)).content.decode()


# Who may do what


@pytest.fixture
def rows(failed_event):
    return {
        "fetch": Charge.all_objects.create(stripe_id="ch_1", livemode=True),
        "reconcile": Reconciliation.objects.create(livemode=True),
    } | {operation.name: failed_event for operation in ON_EVENTS}


@pytest.fixture
def member(db):
    """Log a member of the staff in, who may view everything, with more permissions."""

    def member(*codenames, **options):
        user = User.objects.create(username="support", is_staff=True)
        viewed = Permission.objects.filter(content_type__app_label="pinax_stripe", codename__startswith="view_")
        user.user_permissions.set([*viewed, *Permission.objects.filter(codename__in=codenames)])
        client = Client(**options)
        client.force_login(user)
        return client

    return member


def everything():
    return [list(model._base_manager.order_by("pk").values()) for model in (Event, EventReplay, Charge, Reconciliation)]


@pytest.mark.parametrize("operation", EVERYTHING, ids=lambda operation: operation.name)
def test_without_its_permission_an_operation_changes_nothing(operation, member, rows):
    row, before = rows[operation.name], everything()
    others = [one.permission for one in EVERYTHING if one is not operation]
    client = member(*others)
    address = operate(operation.name, type(row))
    start = {"action": operation.name, "_selected_action": [row.pk], "index": "0"}

    answers = [
        client.get(address, {"pk": row.pk, "reason": "x"}),
        client.post(address, {"pk": row.pk, "reason": "x"}),
        client.post(address_of(type(row)), start),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert everything() == before
    for page in (address_of(row), address_of(type(row))):
        assert f"/operate/{operation.name}/" not in client.get(page).content.decode()
        assert f'<option value="{operation.name}">' not in client.get(page).content.decode()


@pytest.mark.parametrize("operation", EVERYTHING, ids=lambda operation: operation.name)
def test_with_its_permission_it_runs_but_not_by_get_nor_without_a_csrf_token(operation, member, rows, stripe):
    row, before = rows[operation.name], everything()
    client = member(operation.permission, enforce_csrf_checks=True)
    address, asked = operate(operation.name, type(row)), {"pk": row.pk, "reason": "x"}

    seen = client.get(address, asked)
    assert (seen.status_code, client.post(address, asked).status_code) == (200, 403)
    assert everything() == before

    token = {"csrfmiddlewaretoken": str(seen.context["csrf_token"])}
    assert client.post(address, {**asked, **token}).status_code == 302
    assert EventReplay.objects.get().requested_by == "support"


def test_the_permission_alone_is_not_enough_the_rows_have_to_be_seen(member, failed_event):
    client = member("replay_event")
    user = User.objects.get()
    user.user_permissions.remove(Permission.objects.get(codename="view_event"))

    asked = {"pk": failed_event.pk, "reason": "x"}
    assert client.post(operate("replay"), asked).status_code == 403


def test_there_is_no_other_operation(admin_client, failed_event):
    assert admin_client.post(operate("explode"), {"pk": failed_event.pk, "reason": "x"}).status_code == 404


@pytest.mark.parametrize("keys", ["", "x", "-1", "\0", "999999", "1e3", "²"])
def test_keys_of_no_row_select_nothing(admin_client, keys):
    response = admin_client.post(operate("replay"), {"pk": keys, "reason": "x"})

    assert "Nothing is selected" in response.content.decode()


def test_a_page_offers_what_would_do_something(page, processed_event, failed_event, given_up_event, forged_event):
    def offered(event):
        html = page(event)
        return {one.name for one in ON_EVENTS if f"/operate/{one.name}/?pk={event.pk}" in html}

    assert offered(processed_event) == {"replay", "prune"}
    assert offered(failed_event) == {"replay", "process", "give-up"}
    assert offered(given_up_event) == {"replay", "process", "retry", "prune"}
    assert offered(forged_event) == {"replay", "verify"}


def test_who_may_not_see_the_actions_is_brought_back_to_the_list(member, failed_event):
    client = member("replay_event")
    User.objects.get().user_permissions.remove(Permission.objects.get(codename="view_eventreplay"))

    response = client.post(operate("replay"), {"pk": failed_event.pk, "reason": "x"})

    assert response["Location"] == address_of(Event)


def test_a_hostile_row_is_escaped_in_a_confirmation(admin_client, failed_event):
    Event.objects.update(kind="<script>alert(1)</script>")

    html = admin_client.get(operate("replay"), {"pk": failed_event.pk}).content.decode()

    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html
