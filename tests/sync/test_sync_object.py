"""A project writes the row of what the API has answered; the events of the same change may come before or after."""

import json
from datetime import UTC, datetime

import pytest
import stripe as stripe_python
from django.contrib.auth import get_user_model
from django.db import transaction

from pinax.stripe.exceptions import RedactionFailed, StripeUnreachable, UnreadableObject
from pinax.stripe.hooks import DefaultHookSet
from pinax.stripe.models import BankAccount, Customer, Event, Refund, Subscription, SubscriptionItem
from pinax.stripe.scope import Scope
from pinax.stripe.sync import sync_object
from pinax.stripe.testing import build
from pinax.stripe.times import Asked

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

TEST = Scope(livemode=False)


@pytest.fixture
def api(stripe, settings):
    """What a project's view has: stripe-python's own client, its answers with the response they came in."""
    return stripe_python.StripeClient("sk_test_fake", base_addresses={"api": settings.PINAX_STRIPE_API_BASE}).v1


@pytest.fixture
def changed(stripe):
    """Let a customer change at Stripe; the event that tells of it."""

    def changed(name, **over):
        kind = "customer.updated" if Customer.objects.exists() else "customer.created"
        return stripe.event(kind, build("customer", id="cus_1", name=name, **over))

    return changed


def paths(stripe):
    return [request.path for request in stripe.requests]


def test_a_customer_that_was_just_read_has_its_row_at_once(stripe, api, changed, heard):
    changed("Ada", metadata={"user_id": "1"})
    user = get_user_model().objects.create(pk=1, username="ada")

    row = sync_object(api.customers.retrieve("cus_1"), TEST)

    assert (row, row.name, row.user) == (Customer.objects.get(), "Ada", user)
    assert row.as_of == datetime.fromtimestamp(stripe.now, tz=UTC)
    assert paths(stripe) == ["/v1/customers/cus_1"]
    assert (heard, Event.objects.count()) == ([], 0)


def test_plain_json_is_as_good_as_an_object_of_stripe_python(stripe, api):
    stripe.put(build("customer", id="cus_1", name="Ada"))
    raw = json.loads(api.customers.retrieve("cus_1").last_response.body)

    assert sync_object(raw, TEST).name == "Ada"


def test_the_event_of_the_same_change_is_called_for_once_and_changes_nothing(stripe, api, changed, post_event, heard):
    body = changed("Ada")

    sync_object(api.customers.retrieve("cus_1"), TEST)
    assert post_event(body).status_code == 200

    assert Customer.objects.get().name == "Ada"
    assert [call.instance.name for call in heard if call.signal == "customer.created"] == ["Ada"]


def test_an_answer_newer_than_the_row_is_written_without_asking(stripe, api, changed, post_event):
    post_event(changed("Ada"))
    stripe.advance(10)
    changed("Ada Lovelace")
    answer = api.customers.retrieve("cus_1")
    stripe.requests.clear()

    assert sync_object(answer, TEST).name == "Ada Lovelace"

    assert paths(stripe) == []


def test_an_answer_older_than_the_row_turns_nothing_back(stripe, api, changed, post_event):
    changed("Ada")
    answer = api.customers.retrieve("cus_1")
    stripe.advance(10)
    post_event(changed("Ada Lovelace"))
    stripe.requests.clear()

    row = sync_object(answer, TEST)

    assert (row.name, Customer.objects.get().name) == ("Ada Lovelace", "Ada Lovelace")
    assert paths(stripe) == ["/v1/customers/cus_1"]


def test_an_answer_without_its_moment_is_fetched_again_where_there_is_a_row(stripe, changed, post_event):
    old = changed("Ada")["data"]["object"]
    stripe.advance(10)
    post_event(changed("Ada Lovelace"))
    stripe.requests.clear()

    assert sync_object(old, TEST).name == "Ada Lovelace"
    assert paths(stripe) == ["/v1/customers/cus_1"]


def test_the_moment_can_be_said(stripe, changed, post_event):
    post_event(changed("Ada"))
    stripe.advance(10)
    now = datetime.fromtimestamp(stripe.now, tz=UTC)
    stripe.requests.clear()

    row = sync_object(build("customer", id="cus_1", name="Ada Lovelace"), TEST, asked=Asked(now, now))

    assert (row.name, row.as_of, row.fetched_at) == ("Ada Lovelace", now, now)
    assert paths(stripe) == []


def test_inside_a_transaction_stripe_is_not_asked(stripe, api, changed, post_event):
    changed("Ada")
    answer = api.customers.retrieve("cus_1")
    stripe.advance(10)
    post_event(changed("Ada Lovelace"))
    stripe.requests.clear()

    with transaction.atomic():
        row = sync_object(answer, TEST)
        undated = sync_object(build("customer", id="cus_1", name="Ada"), TEST)
        new = sync_object(build("customer", id="cus_2", name="Grace"), TEST)

    assert [one.name for one in (row, undated, new)] == ["Ada Lovelace", "Ada Lovelace", "Grace"]
    assert paths(stripe) == []


def test_a_cut_list_is_completed_but_inside_a_transaction_it_is_marked(stripe, api):
    items = [build("subscription_item", id=f"si_{number}", subscription="sub_1") for number in range(12)]
    stripe.put(build("subscription", id="sub_1", items=items))
    answer = api.subscriptions.retrieve("sub_1")

    with transaction.atomic():
        assert sync_object(answer, TEST).incomplete
    assert SubscriptionItem.objects.count() == 10
    stripe.advance(10)

    assert not sync_object(api.subscriptions.retrieve("sub_1"), TEST).incomplete
    assert SubscriptionItem.objects.count() == Subscription.objects.get().items.count() == 12


def test_a_deleted_object_becomes_a_tombstone(stripe, api, changed, post_event):
    post_event(changed("Ada"))
    stripe.advance(10)
    stripe.remove("customer", "cus_1")

    row = sync_object(api.customers.retrieve("cus_1"), TEST)

    assert (row.is_deleted, row.name, Customer.objects.count()) == (True, "Ada", 0)


def test_the_scope_says_whose_it_is_and_the_object_in_which_mode(stripe):
    refund = build("refund", id="re_1")

    rows = [
        sync_object(refund, Scope("acct_1", livemode=True)),
        sync_object(refund, TEST),
        sync_object(build("customer", id="cus_1", livemode=False), Scope("acct_1", livemode=True)),
    ]

    assert [(row.stripe_account, row.livemode) for row in rows] == [("acct_1", True), ("", False), ("acct_1", False)]
    assert Refund.objects.count() == 2


@pytest.mark.parametrize(
    ("nothing", "said"),
    [
        (None, "NoneType"),
        ("cus_1", "str"),
        ({"id": "cus_1"}, "dict"),
        ([build("customer")], "list"),
        ({"object": "list", "data": []}, "each object in its data"),
        ({"object": "customer", "deleted": True}, "id"),
    ],
)
def test_what_is_not_an_object_is_refused_by_name(nothing, said):
    with pytest.raises(UnreadableObject, match=said):
        sync_object(nothing, TEST)


def test_a_list_of_stripe_python_is_refused_too(api):
    with pytest.raises(UnreadableObject, match="each object in its data"):
        sync_object(api.customers.list(), TEST)


class Refusing(DefaultHookSet):
    def redact(self, message):
        raise KeyError("no")


def test_a_hook_that_refuses_is_heard(stripe, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Refusing"

    with pytest.raises(RedactionFailed):
        sync_object(build("customer", id="cus_1"), TEST)
    assert Customer.objects.count() == 0


def test_where_stripe_cannot_be_asked_the_row_stays(stripe, api, changed, post_event):
    changed("Ada")
    answer = api.customers.retrieve("cus_1")
    stripe.advance(10)
    post_event(changed("Ada Lovelace"))

    with stripe.answering(status=500, headers={"Stripe-Should-Retry": "false"}), pytest.raises(StripeUnreachable):
        sync_object(answer, TEST)
    assert Customer.objects.get().name == "Ada Lovelace"


def test_what_is_fetched_for_it_is_completed(stripe):
    items = [build("subscription_item", id=f"si_{number}", subscription="sub_1") for number in range(12)]
    whole = stripe.put(build("subscription", id="sub_1", items=items))
    first = {**whole, "items": {**whole["items"], "data": whole["items"]["data"][:3]}}

    sync_object(first, TEST)
    row = sync_object(first, TEST)

    assert (row.incomplete, row.items.count()) == (False, 12)


def test_what_is_inside_an_account_belongs_to_it(stripe):
    bank = build("bank_account", id="ba_1", account="acct_1")
    held = {"object": "list", "data": [bank], "has_more": False, "url": "/v1/somewhere"}

    sync_object({**build("account", id="acct_1"), "external_accounts": held}, TEST)

    assert [(row.stripe_account, row.account.stripe_id) for row in BankAccount.objects.all()] == [("acct_1", "acct_1")]


def test_an_object_is_asked_for_in_its_own_mode(stripe):
    data = stripe.put(build("customer", id="cus_1"))

    for _ in range(2):
        sync_object(data, Scope(livemode=True))

    assert not Customer.all_objects.get().is_deleted


def test_a_cut_list_that_was_written_inside_a_transaction_is_completed_by_the_event_of_the_same_change(
    stripe, post_event
):
    items = [build("subscription_item", id=f"si_{number}", subscription="sub_1") for number in range(12)]
    body = stripe.event("customer.subscription.created", build("subscription", id="sub_1", items=items))
    later = datetime.fromtimestamp(stripe.now + 1, tz=UTC)

    with transaction.atomic():
        assert sync_object(body["data"]["object"], TEST, asked=Asked(later, later)).incomplete
    assert post_event(body).status_code == 200

    assert (Subscription.objects.get().incomplete, SubscriptionItem.objects.count()) == (False, 12)
