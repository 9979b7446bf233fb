"""The discounts of a subscription or customer: its rows are those that Stripe's object shows, in every order."""

import itertools

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinax.stripe.models import Charge, Coupon, Customer, Discount, Event, Invoice, PaymentIntent, Subscription
from pinax.stripe.testing import build
from tests.examples import examples

pytestmark = pytest.mark.django_db

numbers = itertools.count(1)


def discount(number, **over):
    coupon = build("coupon", id="SUMMER")
    whole = build("discount", id=f"di_{number}", customer="cus_1", source=None)
    return {**whole, "coupon": coupon, **over}


@pytest.fixture
def happened(stripe):
    """Let something happen, ten seconds after what was before."""

    def happened(kind, obj, **options):
        stripe.advance(10)
        return stripe.event(kind, obj, **options)

    return happened


@pytest.fixture
def deliver(post_event):
    def deliver(*bodies):
        for body in bodies:
            assert post_event(body).status_code == 200, Event.objects.get(stripe_id=body["id"]).exceptions.first()

    return deliver


def has(*shown):
    """A subscription, in the form of 2025-03-31 and later: its discounts are a list."""
    return build("subscription", id="sub_1", customer="cus_1", discounts=list(shown))


def discounts():
    return {row.stripe_id for row in Subscription.objects.get().discounts.all()}


def test_a_discount_that_is_only_named_becomes_a_stub_of_its_subscription(happened, deliver):
    deliver(happened("customer.subscription.updated", has("di_1", "di_2")))

    assert discounts() == {"di_1", "di_2"}
    assert Discount.objects.stubs().count() == 2

    deliver(happened("customer.discount.created", discount(1, subscription="sub_1")))

    assert discounts() == {"di_1", "di_2"}
    assert [row.stripe_id for row in Discount.objects.synced()] == ["di_1"]


def test_whole_discounts_in_a_list_are_of_the_subscription_even_if_they_do_not_say_so(happened, deliver):
    deliver(happened("customer.subscription.updated", has(discount(1), discount(2))))

    assert discounts() == {"di_1", "di_2"}
    assert Coupon.objects.synced().get().discounts.count() == 2


@pytest.mark.parametrize("form", ["whole", "ids", "one of 2020-03-02", "one of 2015"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_one_that_is_removed_is_gone_even_if_no_event_says_so(form, order, happened, deliver):
    one = {"object": "discount", "coupon": build("coupon", id="S"), "customer": "cus_1"}
    shown, none = {
        "whole": ({"discounts": [discount(1)]}, {"discounts": []}),
        "ids": ({"discounts": ["di_1"]}, {"discounts": []}),
        "one of 2020-03-02": ({"discount": discount(1)}, {"discount": None}),
        "one of 2015": ({"discount": one}, {"discount": None}),
    }[form]
    subscription = build("subscription", id="sub_1", customer="cus_1")
    del subscription["discounts"]
    events = [
        happened("customer.subscription.created", {**subscription, **shown}),
        happened("customer.subscription.updated", {**subscription, **shown, "quantity": 2}),
        happened("customer.subscription.updated", {**subscription, **none}),
    ]

    deliver(*(events[number] for number in order))

    assert discounts() == set()
    assert not Discount.objects.exists()


def test_one_that_is_replaced_is_gone_and_the_other_is_there(happened, deliver):
    deliver(happened("customer.subscription.created", has(discount(1))))
    deliver(happened("customer.subscription.updated", has(discount(2))))

    assert discounts() == {"di_2"}
    assert Discount.all_objects.deleted().get().stripe_id == "di_1"


def test_late_news_of_one_that_is_gone_do_not_bring_it_back(happened, deliver):
    created = happened("customer.discount.created", discount(1, subscription="sub_1"))
    updated = happened("customer.discount.updated", discount(1, subscription="sub_1", end=5))
    removed = happened("customer.subscription.updated", has())
    deliver(happened("customer.subscription.updated", has(), created=created["created"] - 5, store=False), created)

    deliver(removed, updated)

    assert not Discount.objects.exists()


@pytest.mark.parametrize("shown", ["di_1", discount(1)], ids=["its id", "whole"])
def test_one_that_came_while_stripe_was_asked_is_back_with_the_next_answer(shown, stripe, happened, deliver):
    first = happened("customer.subscription.created", has())
    second = happened("customer.subscription.updated", has())
    deliver(second, happened("customer.discount.created", discount(1, subscription="sub_1")))
    stripe.put(has())
    deliver(first)  # in doubt: the answer does not show the discount yet

    assert discounts() == set()

    deliver(stripe.event("customer.subscription.updated", has(shown)))

    assert discounts() == {"di_1"}


def test_the_discount_of_a_customer_is_none_of_its_subscriptions(happened, deliver):
    deliver(happened("customer.subscription.created", has(discount(1))))
    deliver(happened("customer.updated", build("customer", id="cus_1", discount=discount(2))))

    deliver(happened("customer.updated", build("customer", id="cus_1", discount=None)))

    assert discounts() == {"di_1"}
    assert Discount.all_objects.deleted().get().stripe_id == "di_2"


def test_a_deleted_customer_has_no_discount(happened, deliver):
    customer = build("customer", id="cus_1", discount=discount(1))
    deliver(happened("customer.updated", customer))

    deliver(happened("customer.deleted", customer))

    assert not Discount.objects.exists()


def test_an_api_version_that_says_nothing_of_discounts_removes_none(happened, deliver):
    silent = has()
    del silent["discounts"]
    deliver(happened("customer.subscription.created", has(discount(1))))

    deliver(happened("customer.subscription.updated", silent))

    assert discounts() == {"di_1"}


def test_an_invoice_that_shows_the_discount_of_its_subscription_fills_the_stub(happened, deliver):
    invoice = build("invoice", id="in_1", discounts=[discount(1, subscription="sub_1", end=7)])
    deliver(happened("customer.subscription.created", has("di_1")))

    deliver(happened("invoice.paid", invoice))

    assert Discount.objects.get().end.timestamp() == 7
    assert Invoice.objects.get().discounts.count() == 0


def test_an_invoice_s_own_discount_is_its_own(happened, deliver):
    deliver(happened("invoice.paid", build("invoice", id="in_1", discounts=[discount(1, invoice="in_1")])))

    assert Invoice.objects.get().discounts.get().stripe_id == "di_1"


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_an_invoice_that_still_shows_it_does_not_bring_it_back(order, happened, deliver):
    invoice = build("invoice", id="in_1", discount=discount(1, subscription="sub_1"))
    events = [
        happened("customer.subscription.created", has(discount(1))),
        happened("customer.subscription.updated", has()),
        happened("invoice.paid", invoice),
    ]

    deliver(*(events[number] for number in order))

    assert discounts() == set()


def test_an_import_removes_those_that_are_gone(stripe, happened, deliver):
    deliver(happened("customer.subscription.created", has("di_1")))
    stripe.put(has("di_2"))
    stripe.advance(10)

    call_command("stripe_sync", "subscription")

    assert discounts() == {"di_2"}


class Shop:
    """What happens to a subscription and its discounts, and to a payment and its charge, in an old API version."""

    def __init__(self, stripe):
        self.stripe, number, self.events = stripe, next(numbers), []
        self.ids = itertools.count(number * 1000)
        self.subscription = build("subscription", id=f"sub_{number}", customer=f"cus_{number}", discount=None)
        del self.subscription["discounts"]
        self.charge = build("charge", id=f"ch_{number}", payment_intent=f"pi_{number}", description="0")
        self.intent = build("payment_intent", id=f"pi_{number}", latest_charge=None)
        for step in ("nothing", "charge", "pay"):
            self.step(step)

    def step(self, what, later=0):
        self.stripe.advance(later)
        nth = str(len(self.events))
        if what == "charge":
            self.charge = {**self.charge, "description": nth}
            self.happens("charge.updated", self.charge)
        if what in {"charge", "pay"}:  # what stands in an intent is its charge, as it is now
            charges = {"object": "list", "data": [self.charge], "has_more": False}
            own = {"description": nth} if what == "pay" else {}  # that its charge changes is no news of the intent
            self.intent = {**self.intent, **own, "charges": charges}
            self.happens("payment_intent.processing", self.intent, tell=what == "pay")
        if what == "discount":
            whole = discount(next(self.ids), customer=self.subscription["customer"])
            self.subscription = {**self.subscription, "discount": whole}
        if what == "no discount":
            self.subscription = {**self.subscription, "discount": None}
        if what not in {"charge", "pay"}:
            self.happens("customer.subscription.updated", self.subscription)

    def happens(self, kind, obj, *, tell=True):
        event = self.stripe.event(kind, obj)
        if tell:
            self.events.append(event)

    @property
    def is_as_at_stripe(self):
        shown = self.subscription["discount"]
        row = Subscription.objects.get(stripe_id=self.subscription["id"])
        return (
            [one.stripe_id for one in row.discounts.all()] == ([shown["id"]] if shown else [])
            and Charge.objects.get(stripe_id=self.charge["id"]).data == self.charge
            and PaymentIntent.objects.get(stripe_id=self.intent["id"]).description == self.intent["description"]
        )


steps = st.tuples(st.sampled_from(["charge", "pay", "discount", "no discount", "nothing"]), st.sampled_from([0, 1, 7]))


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.django_db(transaction=True)
@given(data=st.data(), told=st.lists(steps, max_size=7))
def test_what_stands_inside_ends_as_at_stripe_in_any_order_with_any_repetition(data, told, stripe, deliver):
    shop = Shop(stripe)
    for step in told:
        shop.step(*step)

    deliver(*data.draw(st.permutations(shop.events * 2)))

    assert shop.is_as_at_stripe
    assert Customer.all_objects.deleted().count() == 0
