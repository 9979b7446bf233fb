"""Whose customers there are."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from pinax.stripe.models import Customer, Subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return get_user_model().objects.create(username="ada")


@pytest.fixture
def customers(ada):
    bob = get_user_model().objects.create(username="bob")
    for stripe_id, known in {
        "cus_live": {"user": ada, "livemode": True},
        "cus_test": {"user": ada},
        "cus_connected": {"user": ada, "stripe_account": "acct_1"},
        "cus_deleted": {"user": ada, "deleted_at": timezone.now()},
        "cus_bob": {"user": bob},
        "cus_nobody": {},
    }.items():
        Customer.objects.create(**{"stripe_id": stripe_id, "livemode": False, **known})


def ids(rows):
    return sorted(rows.values_list("stripe_id", flat=True))


def test_the_customers_of_a_user_are_those_of_all_modes_and_accounts(ada, customers):
    theirs = Customer.objects.for_user(ada)

    assert ids(theirs) == ["cus_connected", "cus_live", "cus_test"]
    assert ids(theirs.in_livemode(True)) == ["cus_live"]
    assert ids(theirs.of_account("").in_livemode(False)) == ["cus_test"]
    assert ids(theirs.of_account("acct_1")) == ["cus_connected"]
    assert ids(Customer.all_objects.for_user(ada).deleted()) == ["cus_deleted"]


@pytest.mark.parametrize("nobody", [AnonymousUser(), get_user_model()(username="new")], ids=["anonymous", "unsaved"])
def test_who_is_not_signed_in_has_no_customers(nobody, customers):
    assert ids(Customer.objects.for_user(nobody)) == []


def test_what_a_user_is_subscribed_to(ada, customers):
    Subscription.objects.create(
        stripe_id="sub_1", livemode=True, status="active", customer=Customer.objects.get(stripe_id="cus_live")
    )

    assert ids(Customer.objects.for_user(ada).with_active_subscription()) == ["cus_live"]
