"""The view of the how-to about users: a second click makes no second customer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe as stripe_python
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections

from pinax.stripe.models import Customer
from pinax.stripe.testing import build
from tests.test_docs import DOCS, examples_of

PAGE = DOCS / "how-to/users.md"
#: The command of the page for customers that Stripe does not have.
(COMMAND,) = (line.split()[2:] for line in PAGE.read_text("utf-8").splitlines() if "--prune-missing" in line)
NO_SUCH_CUSTOMER = {"error": {"type": "invalid_request_error", "code": "resource_missing", "param": "id"}}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]


@pytest.fixture
def user():
    return get_user_model().objects.create(username="ada", email="ada@example.com")


@pytest.fixture
def created(user, stripe):
    """What Stripe answers to each request with the same idempotency key."""
    customer = build("customer", id="cus_1", email=user.email, livemode=True, metadata={"user_id": str(user.pk)})
    return stripe.put(customer, livemode=True)


@pytest.fixture
def customer_of(stripe, settings):
    """The function of the example, whose client asks the fake Stripe."""
    (example,) = (one for one in examples_of(PAGE) if "idempotency_key" in one.source)
    names = {"__name__": "example"}
    exec(example.code, names)
    options = {"base_addresses": {"api": settings.PINAX_STRIPE_API_BASE}}
    names["client"] = lambda: stripe_python.StripeClient("sk_live_fake", max_network_retries=2, **options)
    return names["customer_of"]


def keys(stripe):
    return [(request.method, request.headers["idempotency-key"]) for request in stripe.asked("/v1/customers")]


def test_the_first_click_creates_the_customer_and_the_second_finds_it(customer_of, user, stripe, created):
    with stripe.answering(body=created, path="/v1/customers", times=1):
        first = customer_of(user)

    assert customer_of(user) == first
    assert (first.stripe_id, first.user, first.livemode) == ("cus_1", user, True)
    assert keys(stripe) == [("POST", f"customer-of-user-{user.pk}-0")]


def test_two_clicks_at_the_same_moment_send_one_key_and_make_one_row(customer_of, user, stripe, created):
    def click(_):
        try:
            return customer_of(user).stripe_id
        finally:
            connections.close_all()

    with stripe.answering(body=created, path="/v1/customers", delay=0.5), ThreadPoolExecutor(2) as threads:
        found = list(threads.map(click, range(2)))

    assert found == ["cus_1", "cus_1"]
    assert keys(stripe) == [("POST", f"customer-of-user-{user.pk}-0")] * 2
    assert Customer.objects.get().user == user


def test_a_click_while_the_first_is_still_running_is_tried_again(customer_of, user, stripe, created):
    with (
        stripe.answering(409, path="/v1/customers", times=1, retry=True),
        stripe.answering(body=created, path="/v1/customers", times=1),
    ):
        assert customer_of(user).user == user

    assert len(set(keys(stripe))) == 1
    assert len(keys(stripe)) == 2


def test_a_customer_in_another_mode_or_account_or_of_another_user_is_not_taken(customer_of, user, stripe, created):
    another = get_user_model().objects.create(username="bob")
    Customer.objects.create(stripe_id="cus_test", livemode=False, user=user)
    Customer.objects.create(stripe_id="cus_theirs", livemode=True, stripe_account="acct_1", user=user)
    Customer.objects.create(stripe_id="cus_bob", livemode=True, user=another)

    with stripe.answering(body=created, path="/v1/customers", times=1):
        assert customer_of(user).stripe_id == "cus_1"


def test_a_customer_that_stripe_does_not_have_any_more_is_replaced(customer_of, user, stripe):
    first = customer_of(user)
    stripe.advance(10)
    stripe.remove(stripe.created("customer", livemode=True)[0], livemode=True)
    stripe.answering(404, NO_SUCH_CUSTOMER, path=f"/v1/customers/{first.stripe_id}")
    assert customer_of(user) == first

    call_command(*COMMAND)

    second = customer_of(user)
    assert (second.user, second.stripe_id) == (user, stripe.created("customer", livemode=True)[0]["id"])
    assert second != first
    assert Customer.all_objects.get(pk=first.pk).is_deleted
