"""Whose customer it is: a customer's row is linked to a user of the project, once, and never wrongly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import CASCADE
from django.test.utils import CaptureQueriesContext

from pinax.stripe import hooks
from pinax.stripe.hooks import DefaultHookSet, hookset
from pinax.stripe.models import Account, Charge, CheckoutSession, Customer, Event, StripeObject
from pinax.stripe.scope import Scope
from pinax.stripe.sync.bulk_write import write
from pinax.stripe.sync.snapshots import snapshot_of
from pinax.stripe.testing import build
from pinax.stripe.times import from_timestamp

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return get_user_model().objects.create(username="ada")


@pytest.fixture
def another_user():
    return get_user_model().objects.create(username="bob")


@pytest.fixture
def synced(stripe, post_event):
    """Let an object arrive with an event, ten seconds after whatever came before; returns the statements it took."""

    def synced(kind, carried, **options):
        stripe.advance(10)
        event = stripe.event(kind, carried, **options)
        with CaptureQueriesContext(connection) as captured:
            assert post_event(event).status_code == 200
        return len(captured)

    return synced


@pytest.fixture
def imported():
    """Let customers come in as a page of a list does; returns the statements it took."""

    def imported(*customers, at=2_000_000_000):
        moment = from_timestamp(at)
        pages = [snapshot_of(customer, Scope(livemode=False), as_of=moment) for customer in customers]
        with CaptureQueriesContext(connection) as captured:
            write(pages)
        return len(captured)

    return imported


def customer_of(user, **over):
    return build("customer", **{"id": "cus_1", "metadata": {"user_id": str(user.pk)}, **over})


def session_of(user, **over):
    known = {"id": "cs_1", "customer": "cus_1", "client_reference_id": str(user.pk), "status": "complete"}
    return build("checkout.session", **{**known, **over})


def test_a_customer_is_linked_by_its_metadata(synced, user, heard):
    synced("customer.created", customer_of(user))

    assert Customer.objects.get().user == user
    assert list(user.stripe_customers.all()) == [Customer.objects.get()]
    assert heard[0].instance.user == user


def test_a_customer_that_is_known_already_is_linked_later(synced, user):
    synced("customer.created", customer_of(user, metadata={}))
    assert Customer.objects.get().user is None

    synced("customer.updated", customer_of(user))

    assert Customer.objects.get().user == user


def test_a_stub_is_linked_when_it_is_filled(synced, user):
    synced("charge.succeeded", build("charge", customer="cus_1"))

    synced("customer.updated", customer_of(user))

    assert Customer.objects.get().user == user


def test_an_import_links_customers_too(imported, user, another_user):
    imported(customer_of(user), customer_of(another_user, id="cus_2"), build("customer", id="cus_3"))

    assert {row.stripe_id: row.user for row in Customer.objects.all()} == {
        "cus_1": user,
        "cus_2": another_user,
        "cus_3": None,
    }


def test_a_link_is_never_replaced(synced, imported, user, another_user):
    synced("customer.created", customer_of(user))

    synced("customer.updated", customer_of(another_user))
    imported(customer_of(another_user))
    synced("checkout.session.completed", session_of(another_user))

    assert Customer.objects.get().user == user


def test_a_link_that_is_made_while_an_event_comes_in_is_not_replaced(synced, user, another_user, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Overtaken"

    synced("customer.created", customer_of(user))

    assert Customer.objects.get().user == another_user


def test_an_update_that_says_nothing_of_a_user_leaves_the_link(synced, imported, user):
    synced("customer.created", customer_of(user))

    synced("customer.updated", customer_of(user, metadata={}))
    imported(customer_of(user, metadata={}))
    synced("customer.deleted", {"id": "cus_1", "object": "customer", "deleted": True})

    assert Customer.all_objects.get().user == user


ODD = [
    None,
    "",
    " ",
    "no user",
    "-1",
    "0",
    "1_0",
    "1.0",
    "\N{ARABIC-INDIC DIGIT ONE}",
    "1" * 30,
    "9" * 5000,
    "\0",
    "\ud800",
    10**40,
    -(2**63),
    2.5,
    True,
    [],
    ["1"],
    {},
    "00000000-0000-0000-0000-000000000000",
    "'; drop table auth_user; --",
]


@pytest.mark.parametrize("hint", ODD, ids=lambda hint: repr(hint)[:20])
def test_an_id_that_is_no_users_is_no_error(hint, synced, user):
    synced("customer.created", build("customer", id="cus_1", metadata={"user_id": hint}))
    synced("customer.updated", build("customer", id="cus_2", metadata=hint))
    synced("checkout.session.completed", session_of(user, client_reference_id=hint))

    assert Customer.objects.filter(user__isnull=False).count() == 0
    assert Event.objects.filter(processed=True).count() == 3


def test_an_id_is_taken_as_it_is_written(user):
    find = DefaultHookSet().user_for_customer
    pk = str(user.pk)

    assert find({"metadata": {"user_id": pk}}) == user
    for odd in (f"0{pk}", f" {pk}", f"+{pk}", f"{pk[0]}_{pk[1:]}"):
        assert find({"metadata": {"user_id": odd}}) is None


def test_a_completed_checkout_session_links_its_customer(synced, user):
    synced("checkout.session.completed", session_of(user))

    customer = Customer.objects.get()
    assert (customer.stripe_id, customer.is_stub, customer.user) == ("cus_1", True, user)
    assert CheckoutSession.objects.get().customer == customer


def test_a_session_of_old_that_has_no_status_links_its_customer_when_it_is_completed(synced, user):
    synced("checkout.session.completed", session_of(user, status=None))

    assert Customer.objects.get().user == user


def test_a_session_that_is_not_complete_links_nobody(synced, user):
    synced("checkout.session.expired", session_of(user, status="expired"))
    synced("checkout.session.async_payment_failed", session_of(user, status=None))

    assert Customer.objects.get().user is None


def test_a_session_without_a_customer_links_nobody(synced, user):
    synced("checkout.session.completed", session_of(user, customer=None))

    assert Customer.objects.count() == 0


def test_the_metadata_of_a_session_goes_before_its_reference(synced, user, another_user):
    synced("checkout.session.completed", session_of(another_user, metadata={"user_id": str(user.pk)}))

    assert Customer.objects.get().user == user


def test_a_customers_client_reference_id_means_nothing(user):
    assert hookset().user_for_customer(build("customer", client_reference_id=str(user.pk))) is None


def test_a_user_costs_two_statements_once_and_none_before_or_after(synced, imported, user):
    synced("customer.created", build("customer", id="cus_0"))
    without = synced("customer.updated", build("customer", id="cus_0"))
    synced("customer.created", customer_of(user, metadata={}))

    linking = synced("customer.updated", customer_of(user))
    linked = synced("customer.updated", customer_of(user))

    assert (linking, linked) == (without + 2, without)
    assert imported(customer_of(user)) == imported(build("customer", id="cus_0"))


def test_a_user_costs_a_session_two_statements_where_it_names_one(synced, user):
    synced("checkout.session.completed", session_of(user, client_reference_id=None))
    without = synced("checkout.session.completed", session_of(user, client_reference_id=None))

    assert synced("checkout.session.completed", session_of(user)) == without + 2


class Overtaken(DefaultHookSet):
    def user_for_customer(self, data):
        Customer.objects.filter(stripe_id=data["id"]).update(user=get_user_model().objects.get(username="bob"))
        return super().user_for_customer(data)


class ByEmail(DefaultHookSet):
    def user_for_customer(self, data):
        return get_user_model().objects.filter(username=(data.get("email") or "").partition("@")[0]).first()


class Broken(DefaultHookSet):
    def user_for_customer(self, data):
        raise LookupError("the directory is down")


def test_a_project_says_itself_whose_customer_it_is(synced, user, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.ByEmail"

    synced("customer.created", build("customer", email="ada@example.com"))

    assert Customer.objects.get().user == user


def test_an_error_of_a_hookset_is_kept_with_the_event_which_is_tried_again(stripe, post_event, user, settings):
    settings.PINAX_STRIPE_HOOKSET = f"{__name__}.Broken"
    event = stripe.event("customer.created", customer_of(user))

    assert post_event(event).status_code == 503
    assert "the directory is down" in Event.objects.get().exceptions.get().message
    assert Customer.objects.count() == 0

    settings.PINAX_STRIPE_HOOKSET = "pinax.stripe.hooks.DefaultHookSet"
    assert post_event(event).status_code == 200
    assert Customer.objects.get().user == user


def test_deleting_a_user_leaves_the_customer_the_money_and_the_events(synced, user):
    synced("customer.created", customer_of(user))
    synced("charge.succeeded", build("charge", customer="cus_1"))

    user.delete()

    assert Customer.objects.get().user is None
    assert (Charge.objects.count(), Event.objects.count()) == (1, 2)


def test_nothing_cascades_from_a_user_a_customer_an_account_or_any_other_object():
    models = [Event, *StripeObject.__subclasses__()]

    relations = [field for model in models for field in model._meta.get_fields() if field.is_relation]

    assert {Customer, Account, get_user_model()} <= {relation.related_model for relation in relations}
    cascading = [
        (field.model.__name__, field.name)
        for field in relations
        if field.concrete and field.remote_field.on_delete is CASCADE
    ]
    assert cascading == []


def test_the_tests_above_hold_for_users_with_uuids_in_a_model_of_ones_own():
    if get_user_model()._meta.label != "auth.User":
        assert get_user_model()._meta.pk.get_internal_type() == "UUIDField"
        return
    root = Path(hooks.__file__).parents[2]
    command = [sys.executable, "-m", "pytest", "-q", "--ds", "tests.people.settings", "--no-cov", __file__]

    done = subprocess.run(command, cwd=root, env=os.environ, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
