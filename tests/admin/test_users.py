"""The page of a user leads to the customers that the user is, and the page of a customer to the user."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import path, reverse

from pinax.stripe.admin import StripeCustomersMixin
from pinax.stripe.models import Customer
from tests.admin.conftest import address_of

pytestmark = pytest.mark.django_db

User = get_user_model()


class UserAdmin(StripeCustomersMixin, admin.ModelAdmin):
    """A project's admin of its users, of whatever model they are."""

    fields = ("username",)


@pytest.fixture
def user():
    return User.objects.create(username="ada")


def customer_of(user, number=1, **values):
    return Customer.objects.create(
        **{"stripe_id": f"cus_{number}", "livemode": False, "user": user, "name": "Ada Lovelace", **values}
    )


class Staff:
    """Somebody with or without the permission to view customers."""

    is_active = is_staff = True

    def __init__(self, *, may):
        self.may = may

    def has_perm(self, name, obj=None):
        return self.may


@pytest.fixture
def shown():
    """What the page of a user shows: its groups of fields, and the customers."""

    def shown(user, *, may=True, of=UserAdmin):
        request = RequestFactory().get("/")
        request.user = Staff(may=may)
        page = of(User, admin.site)
        return page.get_fieldsets(request, user), page.get_readonly_fields(request, user), page.stripe_customers(user)

    return shown


def test_a_user_s_page_has_a_group_with_links_to_the_customers(shown, user):
    test, live = customer_of(user), customer_of(user, 2, livemode=True, name="", email="ada@example.com")
    customer_of(User.objects.create(username="grace"), 3)

    fieldsets, readonly, links = shown(user)

    assert fieldsets[-1] == ("Stripe", {"fields": ("stripe_customers",)})
    assert readonly == ("stripe_customers",)
    assert links.split(" · ") == [
        f'<a href="{address_of(live)}">ada@example.com</a> (live)',
        f'<a href="{address_of(test)}">Ada Lovelace</a> (test)',
    ]


def test_a_user_who_is_no_customer_has_the_sign_for_nothing(shown, user):
    assert shown(user)[2] == "-"


def test_of_many_customers_the_latest_are_named_and_a_link_leads_to_all(shown, user):
    for number in range(12):
        customer_of(user, number)

    links = shown(user)[2]

    assert links.count("(test)") == 10
    assert f'<a href="{address_of(Customer)}?user__exact={user.pk}">Show all</a>' in links


def test_the_customers_are_hidden_from_who_may_not_view_customers(shown, user):
    customer_of(user)

    fieldsets, readonly, _links = shown(user, may=False)

    assert readonly == ()
    assert [title for title, _ in fieldsets] == [None]


def test_a_project_places_the_field_where_it_likes(shown, user):
    class Placed(UserAdmin):
        fields = ("stripe_customers", "username")

    assert shown(user, of=Placed)[0] == [(None, {"fields": ("stripe_customers", "username")})]


def test_the_page_for_a_new_user_has_no_customers(shown):
    request = RequestFactory().get("/")
    request.user = Staff(may=True)
    page = UserAdmin(User, admin.site)

    assert page.get_readonly_fields(request) == ()
    assert len(page.get_fieldsets(request)) == 1


def test_a_hostile_name_is_escaped(shown, user):
    customer_of(user, name="<script>alert(1)</script>")

    assert "<script>" not in shown(user)[2]


@pytest.fixture
def visit():
    """The HTML that a superuser sees."""
    if User._meta.label != "auth.User":
        pytest.skip("these users have no permissions, and so see no admin")
    client = Client()
    client.force_login(User.objects.create_superuser("root"))

    def visit(address, **query):
        response = client.get(address, query)
        assert response.status_code == 200, response.get("Location")
        return response.content.decode()

    return visit


@pytest.fixture
def in_the_admin(settings):
    """The mixin before the admin class that the project has for its users, at work in the site."""
    if User._meta.label != "auth.User":
        pytest.skip("Django has an admin for its own users only")
    before = type(admin.site.get_model_admin(User))
    admin.site.unregister(User)
    admin.site.register(User, type("UserAdmin", (StripeCustomersMixin, before), {}))
    settings.ROOT_URLCONF = (path("admin/", admin.site.urls),)  # of the classes that are registered now
    yield
    admin.site.unregister(User)
    admin.site.register(User, before)


@pytest.mark.usefixtures("in_the_admin")
def test_with_django_s_own_admin_of_users_the_links_lead_there_and_back(visit, user):
    customer = customer_of(user)
    page_of_user = reverse("admin:auth_user_change", args=[quote(user.pk)])

    there, back = visit(page_of_user), visit(address_of(customer))

    assert f'<a href="{address_of(customer)}">Ada Lovelace</a> (test)' in there
    assert "First name" in there
    assert f'<a href="{page_of_user}">ada</a>' in back
    assert 'name="username"' in visit(reverse("admin:auth_user_add"))


def test_show_all_leads_to_the_customers_of_the_user(visit, user):
    customer_of(user)
    customer_of(None, 2, name="Grace Hopper")

    html = visit(address_of(Customer), user__exact=str(user.pk))

    assert "Ada Lovelace" in html
    assert "Grace Hopper" not in html


def test_the_list_of_customers_costs_the_same_however_many_users_they_are(visit, user):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            visit(address_of(Customer))
        return len(captured)

    customer_of(user)
    few = statements()
    for number in range(2, 8):
        customer_of(User.objects.create(username=f"user {number}"), number)

    assert statements() == few


def test_the_tests_above_hold_for_users_with_uuids_in_a_model_of_ones_own():
    if User._meta.label != "auth.User":
        assert User._meta.pk.get_internal_type() == "UUIDField"
        return
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "pytest", "-q", "--ds", "tests.people.settings", "--no-cov", __file__]

    done = subprocess.run(command, cwd=root, env=os.environ, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
