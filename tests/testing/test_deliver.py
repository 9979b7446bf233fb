"""Deliveries of the kit go the whole real way, and a failed one says why."""

from contextlib import contextmanager

import pytest
import stripe as stripe_python
from django.db import connections, transaction
from django.db.backends.signals import connection_created
from django.test import override_settings

from pinax.stripe.exceptions import NotYet
from pinax.stripe.models import Charge, Customer, Event, Subscription
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event
from pinax.stripe.testing import (
    Deliver,
    FakeStripe,
    assert_processed,
    assert_same_end_state,
    assert_signalled,
    build,
    hear,
    in_process,
)

pytestmark = pytest.mark.django_db


@contextmanager
def signal_of(signal, receiver):
    signal.connect(receiver)
    yield
    signal.disconnect(receiver)


@pytest.fixture
def stripe():
    with in_process(FakeStripe()) as fake:
        yield fake


@pytest.fixture
def deliver(stripe):
    return Deliver(stripe)


@pytest.fixture
def created(stripe):
    return stripe.event("customer.created", build("customer", email="ada@example.com"))


def test_an_event_is_signed_confirmed_and_processed(stripe, deliver, created, heard):
    answer = deliver(created)

    assert (answer.status, answer.text) == (200, "received\n")
    assert answer.event.signed
    assert [request.path for request in stripe.requests] == [f"/v1/events/{created['id']}"]
    assert assert_processed(created) == answer.event == assert_processed(created["id"])
    (signal,) = assert_signalled(heard, "customer.created")
    assert signal.instance == Customer.objects.get(email="ada@example.com")


def test_the_first_secret_of_the_project_signs(deliver, created, settings):
    settings.PINAX_STRIPE_WEBHOOK_SECRETS = {"shop": "whsec_ours"}

    assert deliver(created).event.signed_by == "shop"


def test_a_project_whose_signature_is_the_confirmation_is_not_asked_for_more(stripe, deliver, created, settings):
    settings.PINAX_STRIPE_VALIDATION = "signature"

    assert deliver(created).event.processed
    assert stripe.requests == []


def test_thin_events_and_bytes_are_delivered(stripe, deliver, created):
    deliver(stripe.thin(created))
    deliver(b"[]", status=400)

    assert Event.objects.get().processed
    assert stripe.undelivered == []


def test_what_is_not_answered_200_is_delivered_again(stripe, deliver, created):
    with stripe.answering(500):
        deliver(created, status=503)
    assert (stripe.undelivered, stripe.delivered) == ([created], [])

    deliver.all()

    assert (stripe.undelivered, stripe.delivered) == ([], [created])
    assert assert_processed(created).deliveries == 2


def test_callbacks_on_commit_run(deliver, created, connect):
    called = []
    connect(any_event, lambda **kwargs: transaction.on_commit(lambda: called.append(1)), dispatch_uid="mail")

    deliver(created)

    assert called == [1]


def test_a_callback_on_commit_that_fails_fails_the_test(deliver, created, connect, stripe):
    connect(any_event, lambda **kwargs: transaction.on_commit(lambda: 1 / 0), dispatch_uid="mail")

    with pytest.raises(AssertionError, match="expected: callbacks of on_commit") as raised:
        deliver(created)
    assert "marking the event as processed, any_event:mail: ZeroDivisionError" in str(raised.value)

    deliver(created)  # again: nothing is called
    stripe.event("customer.updated", build("customer"))
    with pytest.raises(AssertionError, match="expected: callbacks of on_commit") as raised:
        deliver.all(seed=7)
    assert str(raised.value).endswith("seed=7")

    assert deliver(stripe.event("customer.updated", build("customer")), ignore_on_commit_errors=True).event.processed
    stripe.event("customer.updated", build("customer"))
    deliver.all(ignore_on_commit_errors=True)


def test_an_event_that_is_answered_200_and_not_processed_fails_the_test(deliver, created, connect, settings):
    settings.PINAX_STRIPE_ACKNOWLEDGE = "recorded"
    connect(any_event, lambda **kwargs: 1 / 0, dispatch_uid="broken")

    for run in (lambda: deliver(created), lambda: deliver.all([created])):
        with pytest.raises(AssertionError, match="expected: an event that is processed"):
            run()


def test_a_receiver_that_waits_is_named(deliver, created, connect):
    def wait(**kwargs):
        raise NotYet("no user is linked")

    connect(any_event, wait, dispatch_uid="grant")
    connect(any_event, lambda **kwargs: None, dispatch_uid="count")

    with pytest.raises(AssertionError, match="Waiting: any_event:grant raised NotYet") as raised:
        deliver(created)
    assert "count" not in str(raised.value)


@override_settings(PINAX_STRIPE_DISPATCHER="tests.testing.nowhere")
def test_a_queue_is_not_needed(deliver, created):
    assert deliver(created).event.processed


@override_settings(SECURE_SSL_REDIRECT=True)
def test_a_project_that_redirects_to_https_answers(deliver, created):
    assert deliver(created).status == 200


def out_of_stock(**kwargs):
    raise ValueError("out of stock")


def test_the_failure_of_a_receiver_is_readable(deliver, created, connect):
    connect(WEBHOOK_SIGNALS["customer.created"], out_of_stock)

    with pytest.raises(AssertionError) as failed:
        deliver(created)

    message = str(failed.value)
    assert message.startswith(f"customer.created {created['id']} was answered 503 'try again'; expected: 200.\n")
    assert "Its row: confirmed" in message
    assert (
        "Failed when calling a receiver, tests.testing.test_deliver.out_of_stock: ValueError: out of stock" in message
    )
    assert 'raise ValueError("out of stock")' in message


def test_an_answer_of_200_is_not_enough_if_the_event_is_not_processed(deliver, created, connect, settings):
    settings.PINAX_STRIPE_ACKNOWLEDGE = "recorded"
    connect(WEBHOOK_SIGNALS["customer.created"], out_of_stock)

    with pytest.raises(AssertionError, match="expected: an event that is processed") as failed:
        deliver(created)

    assert "out of stock" in str(failed.value)


def test_an_event_that_stripe_does_not_know_says_so(deliver, created):
    with pytest.raises(AssertionError) as failed:
        deliver(created | {"type": "customer.updated"})

    assert "was answered 400 'not accepted'; expected: 200." in str(failed.value)
    assert "It was rejected (not confirmed by Stripe): " in str(failed.value)


def test_an_expected_rejection_is_no_failure(deliver, created):
    answer = deliver(created | {"type": "customer.updated"}, status=400)

    assert answer.event.valid is False
    with pytest.raises(AssertionError, match="was answered 200 'received'; expected: 503"):
        deliver(created, status=503)


@pytest.mark.urls("tests.testing.no_urls")
def test_a_project_without_the_url_is_told_what_to_write(deliver, created):
    with pytest.raises(AssertionError, match=r'tests\.testing\.no_urls: path\("stripe/", include\("pinax\.stripe'):
        deliver(created)


@pytest.mark.urls("tests.urls_async")
def test_the_async_view_is_delivered_to_in_the_same_way(stripe, deliver, created):
    assert deliver(created).event.processed
    assert [request.path for request in stripe.requests] == [f"/v1/events/{created['id']}"]


def test_what_is_not_processed_is_described(deliver, created, connect):
    connect(WEBHOOK_SIGNALS["customer.created"], out_of_stock)
    row = deliver(created, status=503).event

    with pytest.raises(AssertionError) as failed:
        assert_processed(row)
    with pytest.raises(AssertionError, match=r"evt_other is not recorded\. Events that are: 1\."):
        assert_processed("evt_other")

    assert str(failed.value).startswith(f"customer.created {created['id']} is not processed.\nIts row: confirmed")
    assert "out of stock" in str(failed.value)


def test_what_was_heard_instead_is_listed(deliver, created, heard):
    deliver(created)

    with pytest.raises(AssertionError, match=r"invoice\.paid was sent 0 times; expected: 1\. .*: customer\.created\."):
        assert_signalled(heard, "invoice.paid")
    with pytest.raises(LookupError, match=r"invoice\.paid"):
        assert_signalled(heard, "invoice.payd")
    assert assert_signalled(heard, "invoice.paid", times=0) == []
    assert assert_signalled(heard, "*")[0].event == Event.objects.get()


@pytest.fixture
def history(stripe):
    """A customer's history, and what is there in the end."""
    customer = build("customer")
    stripe.event("customer.created", customer)
    for number in range(8):
        stripe.advance(number % 2)
        stripe.event("customer.updated", customer | {"name": f"Ada {number}"})
    gone = build("customer")
    stripe.event("customer.created", gone)
    stripe.event("customer.deleted", gone)
    return customer


def test_any_order_and_repetition_ends_in_the_same_state(stripe, deliver, history, heard):
    answers = deliver.all(shuffled=True, twice=0.5)

    assert len(answers) == 11 + 6
    assert len(stripe.delivered) == 11
    assert stripe.undelivered == []
    assert_signalled(heard, "customer.updated", times=8)
    assert Customer.objects.get().name == "Ada 7"
    assert_same_end_state(stripe)


def test_events_come_in_their_order_unless_shuffled(stripe, deliver, history, heard):
    deliver.all(twice=1.0)

    assert [one.event.stripe_id for one in heard if one.signal == "*"] == [event["id"] for event in stripe.delivered]


def test_a_seed_repeats_an_order(stripe, deliver, history):
    events = list(stripe.undelivered)

    first, second = ([one.event.stripe_id for one in deliver.all(events, shuffled=True, seed=7)] for _ in range(2))

    assert first == second != [event["id"] for event in events]


def test_an_event_that_fails_once_is_delivered_again(deliver, created, connect):
    failures = [1]

    def busy(**kwargs):
        if failures:
            raise ValueError(failures.pop())

    connect(any_event, busy, dispatch_uid="busy")

    assert [answer.status for answer in deliver.all()] == [503, 200]


def test_an_event_that_fails_always_fails_the_test(deliver, created, connect):
    connect(any_event, out_of_stock)

    with pytest.raises(AssertionError, match="expected: 200 in one of 5 deliveries") as failed:
        deliver.all(shuffled=True, seed=7)

    assert str(failed.value).endswith("\nseed=7")


def test_every_difference_from_stripe_is_named(stripe, deliver, history):
    deliver.all()
    stripe.put(history | {"name": "Grace"})
    lost = stripe.event("customer.created", build("customer"))
    stripe.mark_delivered(lost)

    with pytest.raises(AssertionError) as failed:
        assert_same_end_state(stripe)

    assert str(failed.value).splitlines()[1:] == [
        f"- customer.created {lost['id']} is not recorded",
        f"- customer {history['id']} differs in name",
        f"- customer {lost['data']['object']['id']} has no row",
    ]


def test_a_deletion_on_one_side_only_is_named(stripe, deliver, history):
    gone = next(one for one in stripe.undelivered if one["type"] == "customer.deleted")["data"]["object"]["id"]
    deliver.all()
    stripe.remove(history)
    stripe.put(build("customer", id=gone))

    with pytest.raises(AssertionError) as failed:
        assert_same_end_state(stripe)

    assert set(str(failed.value).splitlines()[1:]) == {
        f"- customer {history['id']} is deleted at Stripe, and not so in its row",
        f"- customer {gone} is there at Stripe, and not so in its row",
    }


def test_signals_are_heard_in_the_block_only(deliver, created):
    before = list(WEBHOOK_SIGNALS["customer.created"].receivers)

    with hear() as heard:
        assert len(WEBHOOK_SIGNALS["customer.created"].receivers) == len(before) + 1
    deliver(created)

    assert heard == []
    assert WEBHOOK_SIGNALS["customer.created"].receivers == before


def test_concurrent_deliveries_are_refused_inside_a_transaction(deliver, created):
    with pytest.raises(ValueError, match="TransactionTestCase"):
        deliver.all(concurrent=2)


def test_all_that_the_fake_makes_is_in_the_database_in_the_end(stripe, deliver, heard):
    v1 = stripe_python.StripeClient("sk_test_fake").v1
    product = v1.products.create(
        {
            "name": "Gold",
            "default_price_data": {"currency": "eur", "unit_amount": 1500, "recurring": {"interval": "month"}},
        }
    )
    asked = {
        "mode": "subscription",
        "line_items": [{"price": product.default_price, "quantity": 1}],
        "success_url": "https://a.example",
    }
    done = stripe.complete_checkout(v1.checkout.sessions.create(asked).id, email="ada@example.com")
    stripe.advance(months=1, hours=1)
    charge = v1.charges.list().data[0]
    v1.refunds.create({"charge": charge.id, "amount": 500})
    v1.subscriptions.cancel(done["subscription"])

    deliver.all(shuffled=True, twice=0.2)

    assert_same_end_state(stripe)
    assert_signalled(heard, "invoice.paid", times=2)
    assert Subscription.objects.get().status == "canceled"
    assert Charge.objects.get(stripe_id=charge.id).amount_refunded == 500


@pytest.mark.django_db(transaction=True)
def test_concurrent_deliveries_end_in_the_same_state(stripe, deliver, history, heard):
    opened = []
    with signal_of(connection_created, lambda connection, **kwargs: opened.append(connection)):
        deliver.all(shuffled=True, twice=0.3, concurrent=4)

    assert len(opened) > 1
    in_threads = [connection for connection in opened if connection is not connections["default"]]
    assert [connection for connection in in_threads if connection.connection is not None] == []
    assert_signalled(heard, "customer.updated", times=8)
    assert_same_end_state(stripe)


def test_what_was_deleted_before_its_content_was_known_is_as_at_stripe(stripe, deliver):
    customer = build("customer", id="cus_1")
    deliver(stripe.event("customer.created", customer))
    deliver(stripe.event("customer.deleted", customer))
    Customer.all_objects.update(data=None)

    assert_same_end_state(stripe)


@pytest.mark.parametrize("number", range(4))
def test_a_history_of_changes_and_authentications_ends_in_the_same_state(stripe, deliver, number):
    client = stripe_python.StripeClient(stripe.test_key).v1
    made = stripe.subscribe(payment_method="pm_card_authenticationRequired", currency="usd")
    stripe.authenticate(stripe.created("payment_intent")[-1]["id"])
    item = {"id": made["items"]["data"][0]["id"], "quantity": 3}
    coupon = client.coupons.create({"percent_off": 10, "duration": "once"})
    how = {"items": [item], "discounts": [{"coupon": coupon.id}], "proration_behavior": "always_invoice"}
    client.subscriptions.update(made["id"], how)
    stripe.authenticate(stripe.created("payment_intent")[-1]["id"], succeeds=False)
    client.invoices.void_invoice(stripe.created("invoice")[-1]["id"])
    stripe.advance(months=1, hours=1)
    client.subscriptions.cancel(made["id"])

    deliver.all(shuffled=True, twice=0.5, seed=number)

    assert_same_end_state(stripe)
