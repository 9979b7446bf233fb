"""POST, recorded, confirmed, synced, signalled: the way of one event through the door."""

from contextlib import suppress

import pytest
from django.db import IntegrityError, transaction

from pinax.stripe.models import Charge, Customer, Event, OtherObject
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event, on
from pinax.stripe.testing import build
from pinax.stripe.webhooks import registry

pytestmark = pytest.mark.django_db


def test_an_event_is_recorded_confirmed_synced_and_signalled(stripe, post_event, heard):
    body = stripe.event("customer.created", build("customer", id="cus_1", email="ada@example.com"))

    response = post_event(body)

    event, customer = Event.objects.get(), Customer.objects.get()
    assert response.status_code == 200
    assert (event.valid, event.processed, event.verification_note) == (True, True, "")
    assert event.message == event.webhook_message == body
    assert event.validated_message is None  # equal copies are stored once
    assert (event.object_type, event.object_id, event.customer) == ("customer", "cus_1", customer)
    assert (customer.stripe_id, customer.email, customer.as_of) == ("cus_1", "ada@example.com", event.created)
    assert [(call.event, call.instance) for call in heard] == [(event, customer)] * 2


@pytest.mark.parametrize("posted", [7, True], ids=["another number", "true instead of 1"])
def test_the_copy_of_stripe_is_kept_where_it_differs_from_what_was_posted(posted, stripe, post_event):
    body = stripe.event("customer.created", build("customer"))

    response = post_event({**body, "pending_webhooks": posted})

    event = Event.objects.get()
    assert response.status_code == 200
    assert (event.webhook_message["pending_webhooks"], event.message["pending_webhooks"]) == (posted, 1)
    assert type(event.message["pending_webhooks"]) is int


def test_a_receiver_that_changes_its_copy_of_the_message_changes_no_stored_one(stripe, post_event, connect):
    connect(WEBHOOK_SIGNALS["customer.created"], lambda event, **kwargs: event.object.pop("email"))
    body = stripe.event("customer.created", build("customer", email="ada@example.com"))

    answers = [post_event(body).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert Event.objects.get().object["email"] == "ada@example.com"


def test_a_receiver_sees_the_rows_in_step_and_the_handler_as_sender(stripe, post_event, connect):
    seen = []
    connect(
        WEBHOOK_SIGNALS["customer.updated"],
        lambda sender, event, instance, **kwargs: seen.append((sender, Customer.objects.get().name, instance.name)),
    )

    post_event(stripe.event("customer.updated", build("customer", name="Grace")))

    assert seen == [(registry["customer.updated"], "Grace", "Grace")]


def test_an_async_receiver_is_called(stripe, post_event, connect):
    seen = []

    async def receiver(event, **kwargs):
        seen.append(event.kind)

    connect(WEBHOOK_SIGNALS["customer.created"], receiver)

    assert post_event(stripe.event("customer.created", build("customer"))).status_code == 200
    assert seen == ["customer.created"]


def test_a_duplicate_of_a_done_event_is_counted_and_does_nothing(stripe, post_event, heard):
    body = stripe.event("customer.created", build("customer"))
    post_event(body)
    heard.clear()
    stripe.requests.clear()

    response = post_event(body)

    assert response.status_code == 200
    assert Event.objects.get().deliveries == 2
    assert (heard, stripe.requests) == ([], [])


def test_a_type_that_nobody_knows_goes_the_whole_way(stripe, post_event, heard):
    response = post_event(stripe.event("brand.new.happened", build("brand.new", id="new_1")))

    event = Event.objects.get()
    assert (response.status_code, event.valid, event.processed) == (200, True, True)
    assert OtherObject.objects.get(object_type="brand.new").stripe_id == "new_1"
    assert [call.signal for call in heard] == ["*"]


def test_a_pattern_hears_types_that_stripe_adds_later(stripe, post_event, forget_patterns):
    seen = []

    @on("customer.*", dispatch_uid="patterns")
    def receiver(event, **kwargs):
        seen.append(event.kind)

    post_event(stripe.event("customer.brand_new", build("customer")))

    assert seen == ["customer.brand_new"]


def test_a_ping_without_an_object_is_recorded_and_confirmed(stripe, post_event, heard):
    body = stripe.event("ping")

    assert post_event(body).status_code == 200
    assert Event.objects.get().processed
    assert [(call.signal, call.instance) for call in heard] == [("ping", None), ("*", None)]


def test_an_event_of_a_connected_account_is_asked_for_under_that_account(stripe, post_event):
    stripe.connect("acct_1")
    body = stripe.event("charge.succeeded", build("charge"), account="acct_1")

    assert post_event(body).status_code == 200
    assert [request.account for request in stripe.requests] == ["acct_1"]
    assert (Event.objects.get().stripe_account, Charge.objects.get().stripe_account) == ("acct_1", "acct_1")


def test_each_mode_is_asked_with_its_own_key(stripe, post_event):
    post_event(stripe.event("customer.created", build("customer", livemode=True), livemode=True))
    post_event(stripe.event("customer.created", build("customer", livemode=False), livemode=False))

    assert [request.key for request in stripe.requests] == ["sk_live_fake", "sk_test_fake"]
    assert sorted(Customer.objects.values_list("livemode", flat=True)) == [False, True]


def test_an_event_whose_mode_has_no_key_is_recorded_marked_and_answered_200(stripe, post_event, heard, settings):
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None
    body = stripe.event("customer.created", build("customer"), livemode=False)

    response = post_event(body)

    event = Event.objects.get()
    assert (response.status_code, event.valid, event.skipped, event.processed) == (200, None, True, False)
    assert "no key for test mode" in event.verification_note
    assert (heard, stripe.requests, Event.objects.pending().count()) == ([], [], 0)


def test_once_its_mode_has_a_key_the_next_delivery_goes_through(stripe, post_event, settings):
    settings.PINAX_STRIPE_TEST_SECRET_KEY = None
    body = stripe.event("customer.created", build("customer"), livemode=False)
    post_event(body)
    settings.PINAX_STRIPE_TEST_SECRET_KEY = "sk_test_fake"

    assert post_event(body).status_code == 200
    assert (Event.objects.get().processed, Event.objects.get().skipped) == (True, False)


def test_one_ignored_pattern_given_as_a_string_is_one_pattern(stripe, post_event, settings):
    settings.PINAX_STRIPE_IGNORED_EVENTS = "radar.*"

    post_event(stripe.event("customer.created", build("customer")))

    assert Event.objects.get().processed


def test_an_ignored_type_is_recorded_and_neither_asked_for_nor_processed(stripe, post_event, heard, settings):
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["radar.*"]
    body = stripe.event("radar.early_fraud_warning.created", build("radar.early_fraud_warning"))

    assert [post_event(body).status_code, post_event(body).status_code] == [200, 200]
    event = Event.objects.get()
    assert (event.valid, event.skipped, event.deliveries) == (None, True, 2)
    assert "IGNORED_EVENTS" in event.verification_note
    assert (heard, stripe.requests) == ([], [])


def test_the_sync_is_kept_where_a_receiver_raises_and_the_next_delivery_goes_through(stripe, post_event, connect):
    seen = []

    def receiver(event, **kwargs):
        seen.append(event.kind)
        if len(seen) == 1:
            raise ValueError("the stock is empty")

    connect(WEBHOOK_SIGNALS["customer.created"], receiver)
    body = stripe.event("customer.created", build("customer"))

    first = post_event(body)

    event = Event.objects.get()
    assert (first.status_code, event.valid, event.processed) == (503, True, False)
    assert Customer.objects.get() == event.customer
    kept = event.exceptions.get()
    assert (kept.stage, kept.message) == ("receiver", "ValueError: the stock is empty")
    assert kept.receiver.endswith("receiver")
    assert "the stock is empty" in kept.traceback
    assert list(Event.objects.failed()) == [event]

    assert post_event(body).status_code == 200
    assert (Event.objects.get().processed, Customer.objects.count(), len(seen)) == (True, 1, 2)
    assert Event.objects.get().attempts == 2


def test_an_event_that_is_confirmed_already_is_not_asked_for_again(stripe, post_event, connect):
    fails = connect(any_event, lambda **kwargs: 1 / 0)
    body = stripe.event("customer.created", build("customer"))
    post_event(body)
    any_event.disconnect(fails)
    stripe.requests.clear()

    assert post_event(body).status_code == 200
    assert stripe.requests == []


def test_a_sync_that_fails_is_kept_with_its_stage(stripe, post_event):
    class Broken(registry["customer.created"]):
        def sync(self, change):
            super().sync(change)
            raise RuntimeError("no space left, sk_live_abc123")

    with registry.override(Broken):
        assert post_event(stripe.event("customer.created", build("customer"))).status_code == 503

    kept = Event.objects.get().exceptions.get()
    assert (kept.stage, kept.receiver, kept.message) == ("sync", "", "RuntimeError: no space left, sk_…")
    assert "sk_live_abc123" not in kept.traceback
    assert Customer.objects.count() == 0


@pytest.mark.parametrize("odd", ["a\0b", "a\ud800b"])
def test_an_error_in_odd_words_can_be_kept(odd, stripe, post_event, connect):
    def receiver(**kwargs):
        raise ValueError(odd)

    connect(any_event, receiver)

    assert post_event(stripe.event("ping")).status_code == 503
    assert Event.objects.get().exceptions.get().message == "ValueError: a\ufffdb"


def test_a_receiver_that_hides_a_database_error_is_told_so(stripe, post_event, connect):
    def receiver(**kwargs):
        Customer.objects.create(stripe_id="cus_1", livemode=False)
        with suppress(IntegrityError):
            Customer.objects.create(stripe_id="cus_1", livemode=False)

    connect(any_event, receiver)

    assert post_event(stripe.event("ping")).status_code == 503
    kept = Event.objects.get().exceptions.get()
    assert kept.stage == "receiver"
    assert kept.message.startswith("BrokenTransaction: A receiver caught a database error without an atomic()")


@pytest.mark.django_db(transaction=True)
def test_what_a_receiver_leaves_to_on_commit_is_run_after_the_mark(stripe, post_event, connect):
    seen = []
    connect(any_event, lambda **kwargs: transaction.on_commit(lambda: seen.append(Event.objects.get().processed)))

    assert post_event(stripe.event("ping")).status_code == 200
    assert seen == [True]


@pytest.mark.django_db(transaction=True)
def test_what_fails_after_the_commit_does_not_undo_it_and_drops_no_other_function(stripe, post_event, connect, caplog):
    ran = []

    def leaves_three(**kwargs):
        with suppress(ValueError), transaction.atomic():
            transaction.on_commit(lambda: ran.append("rolled back"))
            raise ValueError
        transaction.on_commit(lambda: 1 / 0)
        transaction.on_commit(lambda: {}["key"], robust=True)
        transaction.on_commit(lambda: ran.append("its own"))

    connect(any_event, leaves_three)
    connect(any_event, lambda **kwargs: transaction.on_commit(lambda: ran.append("another's")))

    assert post_event(stripe.event("ping")).status_code == 200
    event = Event.objects.get()
    assert (event.processed, event.failures, ran) == (True, 0, ["its own", "another's"])
    kept = event.exceptions.order_by("pk").values_list("stage", "message")
    assert list(kept) == [("commit", "ZeroDivisionError: division by zero"), ("commit", "KeyError: 'key'")]
    assert all(receiver.endswith("leaves_three") for receiver in event.exceptions.values_list("receiver", flat=True))
    assert "on_commit() of" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_nothing_is_done_and_the_log_says_why(stripe, post_event, caplog):
    with transaction.atomic():
        assert post_event(stripe.event("ping")).status_code == 503

    assert (Event.objects.count(), stripe.requests) == (0, [])
    assert "cannot be processed inside an open transaction" in caplog.text


def test_an_event_that_was_switched_off_and_is_on_again_is_no_longer_marked(stripe, post_event, connect, settings):
    fails = connect(any_event, lambda **kwargs: 1 / 0)
    body = stripe.event("ping")
    post_event(body)
    any_event.disconnect(fails)
    settings.PINAX_STRIPE_IGNORED_EVENTS = ["ping"]
    post_event(body)
    settings.PINAX_STRIPE_IGNORED_EVENTS = []

    assert post_event(body).status_code == 200
    assert (Event.objects.get().processed, Event.objects.get().skipped) == (True, False)


def test_a_handler_that_cannot_even_be_made_is_kept_as_an_error(stripe, post_event):
    class Broken(registry["customer.created"]):
        def __init__(self, event):
            raise TypeError("no such argument")

    with registry.override(Broken):
        assert post_event(stripe.event("customer.created", build("customer"))).status_code == 503
    assert Event.objects.get().exceptions.get().message == "TypeError: no such argument"


def test_other_methods_are_answered_405(client):
    answers = [
        getattr(client, method)("/stripe/webhook/") for method in ("get", "head", "put", "patch", "delete", "options")
    ]

    assert {(answer.status_code, answer.headers["Allow"]) for answer in answers} == {(405, "POST")}


def test_the_address_works_without_its_last_slash(stripe, client):
    body = stripe.event("customer.created", build("customer"))

    assert client.post("/stripe/webhook", body, content_type="application/json").status_code == 200


def test_the_answers_carry_no_more_than_a_few_plain_words(stripe, post_event):
    answers = [post_event(stripe.event("ping")), post_event("{}"), post_event({**stripe.event("ping"), "created": 1})]

    assert [answer.content for answer in answers] == [b"received\n", b"not accepted\n", b"not accepted\n"]
    assert {answer.headers["Content-Type"] for answer in answers} == {"text/plain; charset=utf-8"}
