"""Who is subscribed to what, now and at another time."""

from datetime import UTC, datetime, timedelta

import pytest

from pinax.stripe.models import Customer, Plan, Price, Product, Subscription, SubscriptionItem

pytestmark = pytest.mark.django_db

JAN, FEB, MAR, APR, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 6))
SECOND = timedelta(seconds=1)


def a(model, stripe_id, **known):
    return model.objects.create(**{"stripe_id": stripe_id, "livemode": False, "synced_at": JAN, **known})


def ids(rows):
    return sorted(rows.values_list("stripe_id", flat=True))


def active_at(*moments):
    return [Subscription.objects.active_at(moment).exists() for moment in moments]


def test_one_that_goes_on_is_active_from_its_start_on():
    a(Subscription, "sub_1", status="active", start_date=FEB, current_period_end=MAR)

    assert active_at(FEB - SECOND, FEB, MAR, MAY) == [False, True, True, True]


def test_one_that_has_ended_was_active_until_then():
    a(Subscription, "sub_1", status="canceled", start_date=JAN, ended_at=MAR, canceled_at=FEB)

    assert active_at(JAN, FEB, MAR - SECOND, MAR, APR) == [True, True, True, False, False]


@pytest.mark.parametrize(
    "due", [{"cancel_at": MAR}, {"cancel_at_period_end": True, "current_period_end": MAR, "cancel_at": None}]
)
def test_one_that_will_be_canceled_is_active_until_then(due):
    a(Subscription, "sub_1", status="active", start_date=JAN, **due)

    assert active_at(FEB, MAR - SECOND, MAR) == [True, True, False]


@pytest.mark.parametrize("status", ["past_due", "unpaid", "paused"])
def test_one_in_arrears_was_active_until_the_period_that_is_not_paid_for(status):
    a(Subscription, "sub_1", status=status, start_date=JAN, current_period_start=MAR, current_period_end=APR)

    assert active_at(JAN, MAR - SECOND, MAR, APR) == [True, True, False, False]


@pytest.mark.parametrize(
    ("reason", "counts"),
    [
        ("pause_requested", [True, True, True, False]),
        ("trial_end_without_payment_method", [True, True, True, False]),
        ("final_payment_failure", [True, False, False, False]),
        ("new_at_stripe", [True, False, False, False]),
    ],
)
def test_one_that_was_paused_in_good_standing_was_active_until_then(reason, counts):
    facts = {"current_period_start": FEB, "current_period_end": MAY, "paused_at": APR, "pause_reason": reason}
    a(Subscription, "sub_1", status="paused", start_date=JAN, **facts)

    assert active_at(JAN, FEB, APR - SECOND, APR) == counts


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired"])
@pytest.mark.parametrize("ended_at", [None, APR])
def test_one_whose_first_payment_never_came_was_never_active(status, ended_at):
    a(Subscription, "sub_1", status=status, start_date=JAN, current_period_start=JAN, ended_at=ended_at)

    assert active_at(JAN, FEB, MAR) == [False, False, False]


def test_a_start_that_a_version_of_old_has_moved_on_is_not_taken_for_the_beginning():
    a(Subscription, "sub_1", status="active", start_date=MAR, created=JAN)
    a(Subscription, "sub_2", status="active", start_date=JAN, created=MAR)  # backdated

    assert ids(Subscription.objects.active_at(FEB)) == ["sub_1", "sub_2"]


def test_stubs_and_tombstones_are_not_active():
    a(Subscription, "sub_1", synced_at=None)
    a(Subscription, "sub_2", status="active", start_date=JAN, deleted_at=MAR)

    assert ids(Subscription.objects.active_at(FEB)) == ids(Subscription.objects.active()) == []


@pytest.fixture
def subscribed():
    """Let a customer be subscribed to prices of products: ``subscribed("ada", gold="price_gold")``."""

    def subscribed(name, status="active", account="", livemode=False, **prices):
        home = {"stripe_account": account, "livemode": livemode, "synced_at": JAN}

        def row(model, stripe_id, **known):
            return model.objects.get_or_create(stripe_id=stripe_id, **home, defaults=known)[0]

        customer = row(Customer, name)
        subscription = row(Subscription, f"sub_{name}_{status}", customer=customer, status=status)
        for number, (product, price) in enumerate(prices.items()):
            thing = row(Product, product)
            its_price = row(Price, price, product=thing)
            row(
                SubscriptionItem,
                f"si_{name}_{number}",
                subscription=subscription,
                product=thing,
                price=its_price,
            )
        return customer

    return subscribed


def test_customers_with_an_active_subscription(subscribed):
    subscribed("ada", gold="monthly")
    subscribed("bob", status="trialing", gold="yearly", support="hours")
    subscribed("cem", status="canceled", gold="monthly")
    subscribed("cem", status="past_due", gold="monthly")
    a(Customer, "dan")
    customers = Customer.objects

    assert ids(customers.with_active_subscription()) == ["ada", "bob"]
    assert ids(customers.with_active_subscription(product="gold")) == ["ada", "bob"]
    assert ids(customers.with_active_subscription(product="support")) == ["bob"]
    assert ids(customers.with_active_subscription(price="monthly")) == ["ada"]
    assert ids(customers.with_active_subscription(product="gold", price="hours")) == []
    assert ids(customers.with_active_subscription(product=Product.objects.get(stripe_id="gold"))) == ["ada", "bob"]
    assert ids(customers.with_active_subscription(price=Price.objects.get(stripe_id="yearly"))) == ["bob"]
    assert ids(customers.with_active_subscription(product="nothing")) == []


def test_a_customer_with_two_subscriptions_is_one_customer(subscribed):
    subscribed("ada", gold="monthly")
    subscribed("ada", status="trialing", silver="weekly")

    assert ids(Customer.objects.with_active_subscription()) == ["ada"]


def test_a_row_means_itself_and_an_id_every_account_and_mode(subscribed):
    subscribed("ada", gold="monthly")
    subscribed("bob", account="acct_1", gold="monthly")
    subscribed("cem", livemode=True, gold="monthly")
    ours = Product.objects.get(stripe_id="gold", stripe_account="", livemode=False)

    assert ids(Customer.objects.with_active_subscription(product=ours)) == ["ada"]
    assert ids(Customer.objects.with_active_subscription(product="gold")) == ["ada", "bob", "cem"]
    assert ids(Customer.objects.in_livemode(True).with_active_subscription(product="gold")) == ["cem"]
    assert ids(Customer.objects.of_account("acct_1").with_active_subscription(price="monthly")) == ["bob"]


def test_one_customer_is_asked_with_one_query(subscribed, django_assert_num_queries):
    ada = subscribed("ada", gold="monthly")
    gold, monthly = Product.objects.get(), Price.objects.get()

    for known in ({}, {"product": "gold"}, {"product": gold}, {"price": "monthly"}, {"price": monthly}):
        with django_assert_num_queries(1):
            assert ada.has_active_subscription(**known)
    for wanted in ({"product": "silver"}, {"price": "yearly"}, {"product": "gold", "price": "yearly"}):
        assert not ada.has_active_subscription(**wanted)


def test_an_item_that_was_taken_out_gives_nothing(subscribed):
    ada = subscribed("ada", gold="monthly", support="hours")
    SubscriptionItem.objects.filter(product__stripe_id="gold").update(deleted_at=FEB)

    assert (ada.has_active_subscription("gold"), ada.has_active_subscription("support")) == (False, True)


def test_of_old_a_subscription_had_a_plan_and_no_items():
    ada = a(Customer, "ada")
    plan = a(Plan, "gold_monthly", product=a(Product, "gold"))
    a(Subscription, "sub_1", customer=ada, status="active", plan=plan)
    price = a(Price, "gold_monthly")

    assert ada.has_active_subscription(product="gold")
    assert ada.has_active_subscription(price="gold_monthly")
    assert ada.has_active_subscription(price=price)
    assert not ada.has_active_subscription(product="silver")
    assert not ada.has_active_subscription(price="silver_monthly")


@pytest.mark.parametrize("elsewhere", [{"livemode": True}, {"stripe_account": "acct_1"}])
def test_of_old_too_a_row_of_a_price_means_itself(elsewhere):
    ada = a(Customer, "ada")
    a(Subscription, "sub_1", customer=ada, status="active", plan=a(Plan, "gold_monthly"))
    theirs, ours = a(Price, "gold_monthly", **elsewhere), a(Price, "gold_monthly")

    assert ids(Customer.objects.with_active_subscription(price=ours)) == ["ada"]
    assert ids(Customer.objects.with_active_subscription(price=theirs)) == []
    assert not ada.has_active_subscription(price=theirs)


def test_a_list_of_subscriptions_with_what_they_are_made_of_takes_two_queries(subscribed, django_assert_num_queries):
    for name in ("ada", "bob", "cem"):
        subscribed(name, gold="monthly", support="hours")

    with django_assert_num_queries(2):
        subscriptions = Subscription.objects.active().select_related("customer").prefetch_related("items")
        found = {row.customer.stripe_id: len(row.items.all()) for row in subscriptions}
    assert found == {"ada": 2, "bob": 2, "cem": 2}
