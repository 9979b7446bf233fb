"""Views for users with a subscription."""

from contextlib import suppress
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.views import View

from pinax.stripe.access import SubscriptionRequiredMixin, subscription_required
from pinax.stripe.models import Customer, Price, Product, Subscription, SubscriptionItem

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def user(django_user_model):
    return django_user_model.objects.create(username="ada")


@pytest.fixture
def subscribe(user):
    """Let a customer, of ada by default, have a subscription."""

    def subscribe(status="active", product="prod_gold", price="price_gold", owner=user, **facts):
        scope = {"livemode": facts.pop("livemode", True), "stripe_account": facts.pop("stripe_account", "")}
        customer = Customer.objects.create(stripe_id=f"cus_{Customer.objects.count()}", user=owner, **scope)
        names = {"customer": customer, "status": status, **scope, **facts}
        subscription = Subscription.objects.create(stripe_id=f"sub_{Subscription.objects.count()}", **names)
        SubscriptionItem.objects.create(
            stripe_id=f"si_{subscription.stripe_id}",
            subscription=subscription,
            product=Product.objects.get_or_create(stripe_id=product, **scope)[0],
            price=Price.objects.get_or_create(stripe_id=price, **scope)[0],
            **scope,
        )
        return subscription

    return subscribe


def asked_by(user):
    request = RequestFactory().get("/films/?page=2")
    request.user = user
    return request


def decorated(**rule):
    return subscription_required(**rule)(lambda request: HttpResponse("a film"))


def async_decorated(**rule):
    async def films(request):
        return HttpResponse("a film")

    view = subscription_required(**rule)(films)
    return async_to_sync(view)


def attributes(rule):
    of_logins = {"login_url", "raise_exception"}
    return {name if name in of_logins else f"subscription_{name}": value for name, value in rule.items()}


def mixed_in(**rule):
    class Films(SubscriptionRequiredMixin, View):
        def get(self, request):
            return HttpResponse("a film")

    return Films.as_view(**attributes(rule))


def async_mixed_in(**rule):
    class Films(SubscriptionRequiredMixin, View):
        async def get(self, request):
            return HttpResponse("a film")

    view = Films.as_view(**attributes(rule))
    return async_to_sync(view)


@pytest.fixture(params=[decorated, async_decorated, mixed_in, async_mixed_in], ids=lambda make: make.__name__)
def make(request):
    return request.param


@pytest.fixture
def sees(user):
    """Whether a user, ada by default, sees a view with a rule."""

    def sees(asking=user, **rule):
        try:
            return decorated(**rule)(asked_by(asking)).content == b"a film"
        except PermissionDenied:
            return False

    return sees


def test_a_user_with_a_subscription_sees_the_view(make, user, subscribe):
    subscribe()

    assert make()(asked_by(user)).content == b"a film"


def test_a_user_without_one_gets_403(make, user):
    with pytest.raises(PermissionDenied):
        make()(asked_by(user))


def test_a_user_without_one_is_redirected_to_the_plans_and_from_there_back(make, user):
    response = make(redirect_to="/plans/")(asked_by(user))

    assert (response.status_code, response.url) == (302, "/plans/?next=/films/%3Fpage%3D2")


def test_the_page_of_the_plans_may_be_named(make, user):
    response = make(redirect_to="admin:index")(asked_by(user))

    assert response.url.startswith("/admin/?next=")


def test_an_anonymous_user_logs_in_first(make):
    response = make(redirect_to="/plans/")(asked_by(AnonymousUser()))

    assert response.url == "/accounts/login/?next=/films/%3Fpage%3D2"


def test_the_login_page_may_be_another_one(make):
    assert make(login_url="/enter/")(asked_by(AnonymousUser())).url.startswith("/enter/?next=")


def test_the_mixin_raises_instead_as_djangos_does(user):
    view = mixed_in(redirect_to="/plans/", raise_exception=True)

    for asking in (user, AnonymousUser()):
        with pytest.raises(PermissionDenied):
            view(asked_by(asking))


def test_the_decorator_needs_no_parentheses(user, subscribe):
    subscribe()

    @subscription_required
    def films(request, title="a film"):
        """Show films."""
        return HttpResponse(title)

    assert films(asked_by(user), title="Nosferatu").content == b"Nosferatu"
    assert films.__doc__ == "Show films."


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"product": "prod_gold"}, True),
        ({"product": "prod_silver"}, False),
        ({"product": ["prod_silver", "prod_gold"]}, True),
        ({"product": []}, False),
        ({"price": "price_gold"}, True),
        ({"price": "price_other"}, False),
        ({"price": ("price_other", "price_gold")}, True),
        ({"product": "prod_gold", "price": "price_gold"}, True),
        ({"product": "prod_gold", "price": "price_other"}, False),
    ],
    ids=str,
)
def test_the_product_and_the_price_decide(rule, expected, subscribe, sees):
    subscribe()

    assert sees(**rule) is expected
    assert sees(**rule, grace=WEEK) is expected


def test_several_products_may_come_from_a_generator(user, subscribe):
    subscribe()
    view = decorated(product=(name for name in ("prod_silver", "prod_gold")))

    for _ in range(2):
        assert view(asked_by(user)).content == b"a film"


def test_a_row_is_a_product_too(subscribe, sees):
    subscribe()
    another = Product.objects.create(stripe_id="prod_gold", livemode=False)

    assert sees(product=Product.objects.get(livemode=True))
    assert not sees(product=another)


@pytest.mark.parametrize("status", ["past_due", "unpaid", "canceled", "incomplete", "paused"])
def test_another_status_gives_no_access(status, subscribe, sees):
    subscribe(status)

    assert not sees()


def test_a_late_payment_has_a_grace_period(subscribe, sees):
    subscribe("past_due", current_period_start=timezone.now() - timedelta(days=3))

    assert not sees()
    assert sees(grace=WEEK)
    assert sees(grace=WEEK, product=["prod_silver", "prod_gold"])
    assert not sees(grace=timedelta(days=2))


def test_a_subscription_in_test_mode_gives_no_access_to_the_live_site(subscribe, sees):
    subscribe(livemode=False)

    assert not sees()
    assert sees(livemode=False)


def test_the_mode_is_that_of_the_secret_key(subscribe, sees, settings):
    settings.PINAX_STRIPE_SECRET_KEY = "sk_test_fake"
    subscribe(livemode=False)

    assert sees()
    assert not sees(livemode=True)


def test_a_connected_account_gives_no_access_to_the_site_of_the_platform(subscribe, sees):
    subscribe(stripe_account="acct_1")

    assert not sees(product="prod_gold")
    assert sees(account="acct_1")
    assert sees(account=None)
    assert not sees(account="acct_2")


def test_the_subscription_of_another_user_gives_no_access(subscribe, sees, django_user_model):
    subscribe(owner=django_user_model.objects.create(username="bob"))
    subscribe(owner=None)

    assert not sees()


def test_a_project_says_which_customers_count(subscribe, user, django_user_model):
    bob = django_user_model.objects.create(username="bob")
    subscribe(owner=bob)
    subscribe(owner=bob, livemode=False, product="prod_silver")

    def of_bob(request):
        assert request.user == user
        return Customer.objects.for_user(bob)

    for make in (decorated, async_decorated):
        assert make(customers=of_bob)(asked_by(user)).content == b"a film"
        with pytest.raises(PermissionDenied):
            make(customers=of_bob, product="prod_silver")(asked_by(user))

    class Films(SubscriptionRequiredMixin, View):
        def get_subscription_customers(self):
            return of_bob(self.request)

        def get(self, request):
            return HttpResponse("a film")

    assert Films.as_view()(asked_by(user)).content == b"a film"


@pytest.mark.parametrize("rule", [{}, {"product": ["prod_a", "prod_b"], "price": ["price_a", "price_b"]}], ids=str)
def test_it_costs_one_query(rule, user, subscribe):
    subscribe()
    with CaptureQueriesContext(connection) as queries, suppress(PermissionDenied):
        decorated(grace=WEEK, **rule)(asked_by(user))

    assert len(queries) == 1
