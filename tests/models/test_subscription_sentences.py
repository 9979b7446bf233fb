"""Who is served, whose invoices are collected, what ends and when, and how long a late payment is waited for."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pinax.stripe.models import Customer, Invoice, Subscription, SubscriptionItem
from pinax.stripe.testing import build
from tests.examples import examples

pytestmark = pytest.mark.django_db

JAN, FEB, MAR, APR, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 6))
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
WEEK = 7 * DAY

STATUSES = [
    "incomplete", "incomplete_expired", "trialing", "active", "past_due", "canceled", "unpaid", "paused",
    "new_at_stripe", "",
]  # fmt: skip
PAUSES = ["", "keep_as_draft", "mark_uncollectible", "void", "new_at_stripe"]


def a(model, stripe_id, **known):
    return model.objects.create(**{"stripe_id": stripe_id, "livemode": False, "synced_at": JAN, **known})


def ids(rows):
    return sorted(rows.values_list("stripe_id", flat=True))


@pytest.fixture
def every_status_and_pause():
    for status, pause in product(STATUSES, PAUSES):
        a(Subscription, f"{status}/{pause}", status=status, pause_behavior=pause, start_date=JAN)


def test_active_is_what_is_paid_for_or_on_trial_and_not_paused_with_void(every_status_and_pause):
    pauses = ["", "keep_as_draft", "mark_uncollectible", "new_at_stripe"]

    assert ids(Subscription.objects.active()) == sorted(
        f"{status}/{pause}" for status in ("active", "trialing") for pause in pauses
    )


def test_collecting_is_what_is_billed_and_not_paused_in_any_way(every_status_and_pause):
    assert ids(Subscription.objects.collecting()) == ["active/", "past_due/", "trialing/"]


@pytest.mark.parametrize("dated", [{"cancel_at": MAR}, {"cancel_at_period_end": True}])
def test_ending_is_what_has_a_date_and_has_not_ended(dated, every_status_and_pause):
    Subscription.objects.update(**dated)

    assert ids(Subscription.objects.ending()) == sorted(
        f"{status}/{pause}"
        for status, pause in product(STATUSES, PAUSES)
        if status not in {"canceled", "incomplete_expired"}
    )

    Subscription.objects.update(ended_at=MAR)

    assert ids(Subscription.objects.ending()) == []


def test_what_has_no_date_is_not_ending():
    a(Subscription, "sub_1", status="active", cancel_at_period_end=False)
    a(Subscription, "sub_2", status="active", cancel_at_period_end=None)
    a(Subscription, "sub_stub", synced_at=None)

    assert ids(Subscription.objects.ending()) == []


def test_sentences_hide_tombstones_and_chain():
    a(Subscription, "sub_1", status="active", cancel_at=MAR)
    a(Subscription, "sub_2", status="active", cancel_at=MAR, pause_behavior="keep_as_draft")
    a(Subscription, "sub_3", status="active", cancel_at=MAR, deleted_at=FEB)

    assert ids(Subscription.objects.active().ending()) == ["sub_1", "sub_2"]
    assert ids(Subscription.objects.collecting().ending()) == ["sub_1"]
    assert ids(Subscription.all_objects.collecting().ending()) == ["sub_1", "sub_3"]


def test_a_customer_whose_subscription_is_paused_with_void_has_none_that_is_active():
    for pause in ("void", "keep_as_draft"):
        customer = a(Customer, f"cus_{pause}")
        a(Subscription, f"sub_{pause}", customer=customer, status="active", pause_behavior=pause)

    assert ids(Customer.objects.with_active_subscription()) == ["cus_keep_as_draft"]
    assert [customer.has_active_subscription() for customer in Customer.objects.order_by("stripe_id")] == [True, False]


@pytest.mark.parametrize(
    ("status", "pause", "counts"),
    [
        ("active", "void", [True, True, False]),
        ("trialing", "void", [True, True, False]),
        ("past_due", "void", [True, True, False]),
        ("active", "keep_as_draft", [True, True, True]),
        ("active", "mark_uncollectible", [True, True, True]),
    ],
)
def test_since_when_collection_is_paused_is_not_known_so_it_counts_until_the_period_began(status, pause, counts):
    a(Subscription, "sub_1", status=status, pause_behavior=pause, start_date=JAN, current_period_start=MAR)

    assert [Subscription.objects.active_at(moment).exists() for moment in (FEB, MAR - SECOND, MAR)] == counts


def test_a_requested_pause_after_one_with_void_is_no_sign_of_a_period_that_was_served():
    facts = {"pause_reason": "pause_requested", "paused_at": APR, "start_date": JAN, "current_period_start": FEB}
    a(Subscription, "sub_1", status="paused", pause_behavior="void", **facts)

    assert [Subscription.objects.active_at(moment).exists() for moment in (JAN, FEB, MAR)] == [True, False, False]


@pytest.fixture
def synced(stripe, post_event):
    def synced(carried, kind):
        stripe.advance(10)
        assert post_event(stripe.event(kind, carried)).status_code == 200

    return synced


@pytest.mark.parametrize(
    ("behavior", "is_active", "is_collected"),
    [("void", False, False), ("keep_as_draft", True, False), ("mark_uncollectible", True, False), (None, True, True)],
)
def test_a_pause_of_collection_arrives_with_the_event(behavior, is_active, is_collected, synced):
    pause = behavior and {"behavior": behavior, "resumes_at": None}

    synced(build("subscription", id="sub_1", pause_collection=pause), "customer.subscription.updated")

    assert Subscription.objects.active().exists() is is_active
    assert Subscription.objects.collecting().exists() is is_collected


def item(name, *, ends=None, **more):
    return build("subscription_item", id=f"si_{name}", current_period_end=ends and int(ends.timestamp()), **more)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"cancel_at_period_end": True}, FEB),
        ({"cancel_at_period_end": True, "cancel_at": int(MAY.timestamp())}, MAY),
        ({"cancel_at": int(APR.timestamp())}, APR),
        ({"status": "canceled", "ended_at": int(MAR.timestamp()), "cancel_at": int(APR.timestamp())}, MAR),
        ({}, None),
    ],
)
def test_a_subscription_with_two_periods_ends_with_the_first_unless_it_says_when(facts, expected, synced):
    yearly_and_monthly = [item("year", ends=MAY), item("month", ends=FEB)]
    begun = {"start_date": int(JAN.timestamp()), "items": yearly_and_monthly}

    synced(build("subscription", id="sub_1", **begun, **facts), "customer.subscription.updated")

    subscription = Subscription.objects.get()
    assert subscription.current_period_end == MAY
    assert subscription.ends_at == expected
    assert list(Subscription.objects.with_ends_at().filter(ends_at=expected)) == [subscription]
    assert Subscription.objects.active_at(FEB + SECOND).exists() is (expected is None or expected > FEB)


def test_before_items_had_periods_the_period_is_the_subscriptions(synced):
    old = build("subscription", id="sub_1", cancel_at_period_end=True, items=[item("1")])
    old["items"]["data"][0].pop("current_period_end")

    synced(old | {"current_period_end": int(MAR.timestamp())}, "customer.subscription.updated")

    assert Subscription.objects.get().ends_at == MAR
    assert Subscription.objects.with_ends_at().filter(ends_at=MAR).exists()


def test_subscriptions_are_ordered_by_their_end():
    a(Subscription, "sub_1", ended_at=MAR)
    a(Subscription, "sub_2", cancel_at=FEB)
    a(Subscription, "sub_3", cancel_at_period_end=True, current_period_end=APR)

    ordered = Subscription.objects.with_ends_at().filter(ends_at__isnull=False).order_by("-ends_at")

    assert [row.stripe_id for row in ordered] == ["sub_3", "sub_1", "sub_2"]


def test_items_that_were_fetched_with_their_subscriptions_are_not_asked_for_again(django_assert_num_queries):
    for number in range(3):
        subscription = a(Subscription, f"sub_{number}", cancel_at_period_end=True)
        a(SubscriptionItem, f"si_{number}", subscription=subscription, current_period_end=MAR)

    with django_assert_num_queries(2):
        assert {row.ends_at for row in Subscription.objects.prefetch_related("items")} == {MAR}


moments = st.sampled_from([None, JAN, FEB, MAR, APR, MAY])


@given(
    ended_at=moments,
    cancel_at=moments,
    cancel_at_period_end=st.sampled_from([None, False, True]),
    current_period_end=moments,
    items=st.lists(st.tuples(moments, st.booleans()), max_size=3),
)
@example(
    ended_at=None,
    cancel_at=None,
    cancel_at_period_end=True,
    current_period_end=JAN,
    items=[(MAY, False), (None, False), (FEB, True), (MAR, False)],
)
@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_property_and_the_query_agree(db, items, **columns):
    SubscriptionItem.all_objects.all().delete()
    Subscription.all_objects.all().delete()
    subscription = a(Subscription, "sub_1", **columns)
    for number, (end, is_deleted) in enumerate(items):
        row = {"current_period_end": end, "deleted_at": JAN if is_deleted else None}
        a(SubscriptionItem, f"si_{number}", subscription=subscription, **row)

    assert Subscription.objects.with_ends_at().filter(ends_at=subscription.ends_at).exists()


@given(
    status=st.sampled_from(STATUSES),
    pause_behavior=st.sampled_from(PAUSES),
    ends=st.sampled_from([{}, {"cancel_at_period_end": True}, {"cancel_at": 9 * DAY}]),
    paused=st.sampled_from([{}, {"paused_at": -DAY, "pause_reason": "pause_requested"}]),
)
@settings(max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_active_now_and_active_at_this_moment_agree(db, status, pause_behavior, ends, paused):
    now = timezone.now()
    Subscription.all_objects.all().delete()
    period = {"start_date": now - 99 * DAY, "current_period_start": now - WEEK, "current_period_end": now + WEEK}
    more = {name: now + value if isinstance(value, timedelta) else value for name, value in (ends | paused).items()}
    ended = {"ended_at": now - DAY} if status in {"canceled", "incomplete_expired"} else {}
    a(Subscription, "sub_1", status=status, pause_behavior=pause_behavior, **period, **more, **ended)

    assert Subscription.objects.active_at(now).exists() is Subscription.objects.active().exists()


@pytest.fixture
def late():
    """A subscription that is past due, whose period began five days ago."""
    start = timezone.now() - 5 * DAY
    return a(Subscription, "sub_1", customer=a(Customer, "cus_1"), status="past_due", current_period_start=start)


def invoice(number, status, *, days_ago, due_days_ago=None):
    def ago(days):
        return None if days is None else timezone.now() - days * DAY

    subscription = Subscription.objects.get()
    dates = {"created": ago(days_ago), "due_date": ago(due_days_ago)}
    return a(Invoice, f"in_{number}", subscription=subscription, status=status, **dates)


def days_of_grace():
    """Return the days of grace with which the subscription counts as active, from 1 to 60."""
    return [days for days in range(1, 61) if Subscription.objects.active(grace=days * DAY).exists()]


def test_without_grace_what_is_past_due_is_not_active(late):
    assert not Subscription.objects.active().exists()
    assert not Subscription.objects.active(grace=timedelta(0)).exists()


def test_without_an_invoice_the_grace_counts_from_the_start_of_the_period(late):
    assert days_of_grace()[0] == 6


def test_what_is_charged_automatically_is_past_due_since_its_invoice_was_created(late):
    invoice(1, "open", days_ago=3)

    assert days_of_grace()[0] == 4


def test_what_is_sent_is_past_due_since_its_invoice_was_due(late):
    invoice(1, "open", days_ago=40, due_days_ago=10)

    assert days_of_grace()[0] == 11


def test_a_new_period_does_not_start_the_grace_again(late):
    invoice(1, "paid", days_ago=50)
    invoice(2, "open", days_ago=36)
    invoice(3, "open", days_ago=5)

    assert days_of_grace()[0] == 37


def test_what_was_open_before_the_last_payment_is_not_counted(late):
    invoice(1, "open", days_ago=50)
    invoice(2, "paid", days_ago=36)
    invoice(3, "open", days_ago=5)

    assert days_of_grace()[0] == 6


def test_the_payment_of_another_subscription_is_not_counted(late):
    invoice(1, "open", days_ago=36)
    invoice(2, "paid", days_ago=1)
    Invoice.objects.filter(status="paid").update(subscription=a(Subscription, "sub_2", status="canceled"))

    assert days_of_grace()[0] == 37


@pytest.mark.parametrize("status", ["draft", "void", "uncollectible", "paid", ""])
def test_an_invoice_that_is_not_open_starts_no_grace(status, late):
    invoice(1, status, days_ago=1)

    assert days_of_grace()[0] == 6


def test_the_invoice_of_another_subscription_starts_no_grace(late):
    invoice(1, "open", days_ago=3)
    Invoice.objects.update(subscription=None)

    assert days_of_grace()[0] == 6


def test_nothing_known_is_no_grace(late):
    Subscription.objects.update(current_period_start=None)
    invoice(1, "open", days_ago=1)
    Invoice.objects.update(created=None)

    assert days_of_grace() == []


@pytest.mark.parametrize(
    ("status", "pause", "expected"),
    [
        ("past_due", "", True),
        ("past_due", "keep_as_draft", True),
        ("past_due", "void", False),
        ("active", "", True),
        ("trialing", "", True),
        ("active", "void", False),
        ("unpaid", "", False),
        ("incomplete", "", False),
        ("canceled", "", False),
        ("paused", "", False),
    ],
)
def test_grace_is_for_what_is_past_due_only(status, pause, expected, late):
    Subscription.objects.update(status=status, pause_behavior=pause)

    assert Subscription.objects.active(grace=WEEK).exists() is expected


def test_customers_have_the_same_grace(late, django_assert_num_queries):
    customer = Customer.objects.get()

    assert (customer.has_active_subscription(), customer.has_active_subscription(grace=3 * DAY)) == (False, False)
    with django_assert_num_queries(1):
        assert customer.has_active_subscription(grace=WEEK)
    assert ids(Customer.objects.with_active_subscription(grace=3 * DAY)) == []
    assert ids(Customer.objects.with_active_subscription(grace=WEEK)) == ["cus_1"]


def test_grace_goes_by_the_invoice_that_its_event_brings(stripe, synced):
    now = int(timezone.now().timestamp())
    monthly = [item("1", current_period_start=now - 86400 * 20)]
    synced(build("subscription", id="sub_1", status="past_due", items=monthly), "customer.subscription.updated")
    parent = {"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}}
    open_invoice = build("invoice", id="in_1", status="open", parent=parent, created=now - 86400 * 2)
    assert not Subscription.objects.active(grace=WEEK).exists()

    synced(open_invoice, "invoice.payment_failed")

    assert Subscription.objects.active(grace=WEEK).exists()


def test_the_discount_of_a_subscription_is_found_from_it(synced):
    subscription = build("subscription", id="sub_1", discounts=["di_1"])
    synced(build("discount", id="di_1", subscription="sub_1"), "customer.discount.created")

    synced(subscription, "customer.subscription.updated")

    assert ids(Subscription.objects.get().discounts) == ["di_1"]
