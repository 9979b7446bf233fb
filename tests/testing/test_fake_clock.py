"""The clock that bills: what time brings, in Stripe's order and each at its time."""

from datetime import UTC, datetime

import pytest

from pinax.stripe.testing import FakeStripe
from pinax.stripe.testing.writing.periods import end_of_period, later

NOON = 1_793_188_800  # 2026-10-28 12:00:00 UTC
RENEWED = ["invoice.created", "customer.subscription.updated"]
COLLECTED = """
invoice.finalized payment_intent.created charge.succeeded payment_intent.succeeded invoice_payment.paid invoice.paid
invoice.payment_succeeded
""".split()
FAILED = "charge.failed payment_intent.payment_failed invoice.payment_failed".split()


@pytest.fixture
def http_client(fake):
    return fake.http_client()


@pytest.fixture
def card(customer):
    return customer.invoice_settings.default_payment_method


@pytest.fixture
def subscribe(v1, customer):
    def subscribe(**how):
        product = v1.products.create(
            {
                "name": "Gold",
                "default_price_data": {"currency": "eur", "unit_amount": 1500, "recurring": {"interval": "month"}},
            }
        )
        return v1.subscriptions.create({"customer": customer.id, "items": [{"price": product.default_price}], **how})

    return subscribe


@pytest.fixture
def happened(fake):
    def happened():
        kinds = [event["type"] for event in fake.undelivered]
        fake.undelivered.clear()
        return kinds

    return happened


def on(day):
    return int(datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp())


def test_a_month_renews_and_an_hour_later_collects(fake, v1, subscribe, happened):
    made = subscribe()
    happened()

    fake.advance(months=1)
    assert happened() == RENEWED
    fake.advance(hours=1)
    assert happened() == COLLECTED

    renewed = v1.subscriptions.retrieve(made.id)
    (item,) = renewed["items"].data
    assert (item.current_period_start, item.current_period_end) == (on("2026-11-28"), on("2026-12-28"))
    invoice = v1.invoices.retrieve(renewed.latest_invoice)
    assert (invoice.billing_reason, invoice.status, invoice.total) == ("subscription_cycle", "paid", 1500)
    assert (invoice.period_start, invoice.period_end) == (NOON, on("2026-11-28"))
    assert invoice.number.endswith("-0002")


def test_each_thing_happens_at_its_time(fake, subscribe):
    subscribe()
    fake.undelivered.clear()

    fake.advance(years=1)

    times = [event["created"] for event in fake.undelivered]
    assert times == sorted(times)
    assert sum(event["type"] == "invoice.paid" for event in fake.undelivered) == 11  # the twelfth is a draft
    assert fake.now == on("2027-10-28")
    assert on("2027-01-28") in times


def test_a_declined_card_is_retried_and_then_the_subscription_ends(fake, v1, subscribe, card, happened):
    made = subscribe()
    fake.decline(card, "insufficient_funds")
    happened()

    fake.advance(months=1, hours=1)
    assert happened() == [*RENEWED, "invoice.finalized", "payment_intent.created", *FAILED, RENEWED[1]]
    past_due = v1.subscriptions.retrieve(made.id)
    invoice = v1.invoices.retrieve(past_due.latest_invoice)
    assert (past_due.status, invoice.status, invoice.attempt_count) == ("past_due", "open", 1)
    assert invoice.next_payment_attempt == fake.now + 3 * 24 * 60 * 60

    fake.advance(days=3 + 5 + 7)
    assert happened() == [*FAILED, *FAILED, *FAILED, "customer.subscription.deleted", "invoice.updated"]
    ended = v1.subscriptions.retrieve(made.id)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "payment_failed")
    fake.advance(years=1)
    assert happened() == []


def test_a_card_that_works_again_makes_the_subscription_active(fake, v1, subscribe, card, happened):
    made = subscribe()
    fake.decline(card)
    fake.advance(months=1, hours=1)
    happened()

    fake.decline(card, "")
    fake.advance(days=3)

    assert happened() == [*COLLECTED[2:], "customer.subscription.updated"]
    assert v1.subscriptions.retrieve(made.id).status == "active"


def test_what_follows_the_last_retry_can_be_chosen():
    for after, retry_days in (("unpaid", ()), ("past_due", (1,))):
        fake = FakeStripe(now=NOON, after_retries=after, retry_days=retry_days)
        import stripe

        v1 = stripe.StripeClient("sk_test_fake", http_client=fake.http_client(), max_network_retries=0).v1
        customer = v1.customers.create({"email": "ada@example.com"})
        card = v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
        price = v1.prices.create(
            {"currency": "eur", "unit_amount": 5, "recurring": {"interval": "week"}, "product_data": {"name": "Gold"}}
        )
        asked = {"customer": customer.id, "items": [{"price": price.id}], "default_payment_method": card.id}
        made = v1.subscriptions.create({**asked, "trial_period_days": 3})

        fake.advance(days=5)

        assert v1.subscriptions.retrieve(made.id).status == after


def test_a_card_expires(fake, v1, customer, subscribe, happened):
    card = v1.payment_methods.create(
        {"type": "card", "card": {"number": "4242424242424242", "exp_month": 11, "exp_year": 2026}}
    )
    v1.payment_methods.attach(card.id, {"customer": customer.id})
    subscribe(default_payment_method=card.id)

    fake.advance(months=2, hours=1)

    failed = [event["data"]["object"] for event in fake.undelivered if event["type"] == "charge.failed"]
    assert [charge["failure_code"] for charge in failed] == ["expired_card"]


def test_a_trial_ends_with_a_payment(fake, v1, subscribe, happened):
    made = subscribe(trial_period_days=14)
    assert (made.status, v1.invoices.retrieve(made.latest_invoice).total) == ("trialing", 0)
    happened()

    fake.advance(days=11)
    assert happened() == ["customer.subscription.trial_will_end"]
    fake.advance(days=3, hours=1)
    assert happened() == [*RENEWED, *COLLECTED]

    active = v1.subscriptions.retrieve(made.id)
    assert (active.status, active["items"].data[0].current_period_end) == ("active", on("2026-12-11"))


@pytest.mark.parametrize(
    ("behavior", "event"), [("cancel", "customer.subscription.deleted"), ("pause", "customer.subscription.paused")]
)
def test_a_trial_without_a_card_ends_as_the_project_wants(fake, v1, subscribe, card, happened, behavior, event):
    v1.payment_methods.detach(card)
    subscribe(trial_period_days=14, trial_settings={"end_behavior": {"missing_payment_method": behavior}})
    happened()

    fake.advance(months=2)

    updated = ["customer.subscription.updated"] if behavior == "pause" else []
    assert happened() == ["customer.subscription.trial_will_end", *updated, event]


def test_a_subscription_that_is_cancelled_ends_with_its_period(fake, v1, subscribe, happened):
    made = subscribe()
    v1.subscriptions.update(made.id, {"cancel_at_period_end": True})
    happened()

    fake.advance(days=30)
    assert happened() == []
    fake.advance(months=2)

    assert happened() == ["customer.subscription.deleted"]
    assert v1.subscriptions.retrieve(made.id).ended_at == on("2026-11-28")


@pytest.mark.parametrize(
    ("behavior", "status"), [("keep_as_draft", "draft"), ("void", "void"), ("mark_uncollectible", "uncollectible")]
)
def test_nothing_is_collected_while_collection_is_paused(fake, v1, subscribe, behavior, status):
    made = subscribe()
    v1.subscriptions.update(
        made.id, {"pause_collection": {"behavior": behavior, "resumes_at": fake.now + 40 * 24 * 60 * 60}}
    )

    fake.advance(months=1, days=1)
    paused = v1.subscriptions.retrieve(made.id)
    assert (paused.status, v1.invoices.retrieve(paused.latest_invoice).status) == ("active", status)
    fake.advance(months=1)

    resumed = v1.subscriptions.retrieve(made.id)
    assert resumed.pause_collection is None
    assert v1.invoices.retrieve(resumed.latest_invoice).status == "paid"


def test_a_first_payment_that_is_never_made_expires_the_subscription(fake, v1, subscribe, happened):
    made = subscribe(payment_behavior="default_incomplete")
    happened()

    fake.advance(days=1)

    assert happened() == ["invoice.voided", "payment_intent.canceled", "customer.subscription.updated"]
    assert v1.subscriptions.retrieve(made.id).status == "incomplete_expired"


def test_an_invoice_is_sent_to_customers_who_pay_by_themselves(fake, v1, subscribe, happened):
    made = subscribe(collection_method="send_invoice", days_until_due=14)
    happened()

    fake.advance(months=1, hours=1)

    assert happened() == [*RENEWED, "invoice.finalized", "payment_intent.created", "invoice.sent"]
    invoice = v1.invoices.retrieve(v1.subscriptions.retrieve(made.id).latest_invoice)
    assert (invoice.status, invoice.due_date) == ("open", on("2026-12-12"))


def test_a_coupon_that_is_used_once_is_not_used_again(fake, v1, subscribe):
    coupon = v1.coupons.create({"amount_off": 500, "currency": "eur", "duration": "once"})
    made = subscribe(discounts=[{"coupon": coupon.id}])

    fake.advance(months=1, hours=1)

    totals = [invoice.total for invoice in v1.invoices.list({"subscription": made.id}).data]
    assert totals == [1500, 1000]
    price = made["items"].data[0].price.id
    assert [one.id for one in v1.subscriptions.list({"price": price}).data] == [made.id]
    assert v1.subscriptions.list({"price": "price_other"}).data == []


def test_a_whole_history_is_one_call(fake, v1, happened):
    subscription = fake.subscribe(amount=700, currency="chf", trial_days=3, email="ada@example.com")
    assert subscription["status"] == "trialing"
    fake.advance(days=4)
    (charge,) = v1.charges.list({"customer": subscription["customer"]}).data
    assert (charge.amount, charge.currency) == (700, "chf")
    happened()

    dispute = fake.dispute(charge.id)
    fake.close_dispute(dispute["id"], won=False)
    fake.close_dispute(fake.dispute(charge.id)["id"], won=True)

    opened = ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    closed = ["charge.dispute.closed"]
    assert happened() == [*opened, *closed, *opened, *closed, "charge.dispute.funds_reinstated"]
    assert v1.charges.retrieve(charge.id).disputed
    assert v1.disputes.retrieve(dispute["id"]).status == "lost"


def test_an_abandoned_checkout_session_expires(fake, v1, happened):
    v1.checkout.sessions.create({"mode": "setup", "currency": "eur", "success_url": "https://a.example"})

    fake.advance(days=2)

    assert happened() == ["checkout.session.expired"]
    fake.advance(days=2)
    assert happened() == []


def test_what_a_test_has_put_there_does_not_change_by_itself(fake):
    from pinax.stripe.testing import build

    fake.event("customer.subscription.created", build("subscription", created=fake.now))
    fake.event("invoice.created", build("invoice", status="draft", auto_advance=True))
    fake.undelivered.clear()

    fake.advance(years=1)

    assert fake.undelivered == []


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [("2027-01-31", 1, "2027-02-28"), ("2028-01-31", 1, "2028-02-29"), ("2026-12-15", 14, "2028-02-15")],
)
def test_a_month_is_one_of_the_calendar(start, months, expected):
    assert later(on(start), months=months) == on(expected)


def test_a_period_that_begins_on_the_31st_does_not_drift():
    ends, start = [], on("2027-01-31")
    for _ in range(3):
        start = end_of_period(start, on("2027-01-31"), {"interval": "month", "interval_count": 1})
        ends.append(datetime.fromtimestamp(start, tz=UTC).day)

    assert ends == [28, 31, 30]


def test_a_renewal_waits_for_a_customer_who_has_to_authenticate_it(fake, v1, subscribe, card, happened):
    made = subscribe()
    fake.decline(card, "authentication_required")
    happened()

    fake.advance(months=1, hours=1)
    assert happened()[-4:] == [
        "payment_intent.requires_action",
        "invoice.payment_action_required",
        "invoice.payment_failed",
        "customer.subscription.updated",
    ]
    assert v1.subscriptions.retrieve(made.id).status == "past_due"

    waiting = fake.created("payment_intent")[-1]
    fake.authenticate(waiting["id"])
    assert v1.subscriptions.retrieve(made.id).status == "active"


def test_a_test_sets_when_payments_are_retried_and_what_follows(fake):
    subscription = fake.subscribe()
    fake.decline(subscription["default_payment_method"])
    fake.retry_days = [2]
    fake.after_retries = "unpaid"

    fake.advance(months=1, hours=2)
    fake.advance(days=2)

    assert (fake.retry_days, fake.after_retries) == ((2,), "unpaid")
    (now,) = fake.created("subscription")
    assert now["status"] == "unpaid"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("after_retries", "cancelled", "canceled, unpaid, past_due, not 'cancelled'"),
        ("retry_days", (3, 0), r"at least 1, not \(3, 0\)"),
    ],
)
def test_a_wrong_way_to_retry_payments_is_an_error(fake, name, value, message):
    with pytest.raises(ValueError, match=message):
        setattr(fake, name, value)
    with pytest.raises(ValueError, match=message):
        FakeStripe(**{name: value})
