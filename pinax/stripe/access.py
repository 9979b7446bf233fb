"""Restrict views to users with an active subscription: a decorator and a mixin, as Django has them for logins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.mixins import AccessMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import resolve_url
from django.views import View

from pinax.stripe.models import Customer, Price, Product, Subscription

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import timedelta

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


def customers_of_user(request: HttpRequest) -> QuerySet[Customer]:
    """Return the customers that are linked to the user of the request."""
    return Customer.objects.for_user(request.user)


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """Which subscription a view requires; the arguments of `subscription_required`."""

    products: Sequence[Product | str | None]
    prices: Sequence[Price | str | None]
    grace: timedelta | None
    customers: Callable[[HttpRequest], QuerySet[Customer]]
    account: str | None
    livemode: bool | None

    def met_by(self, request: HttpRequest) -> bool:
        """Whether one of the customers has such a subscription; one query."""
        subscriptions = Subscription.objects.active(grace=self.grace).in_livemode(self.livemode)
        if self.account is not None:
            subscriptions = subscriptions.of_account(self.account)
        found = Subscription.objects.none()
        for product in self.products:
            for price in self.prices:
                found |= subscriptions.to(product=product, price=price)
        return found.filter(customer__in=self.customers(request)).exists()


def subscription_required(  # noqa: PLR0913 - keywords only, as with Django's own decorators
    view: Callable[..., Any] | None = None,
    *,
    product: Product | str | Iterable[Product | str] | None = None,
    price: Price | str | Iterable[Price | str] | None = None,
    grace: timedelta | None = None,
    redirect_to: str | None = None,
    login_url: str | None = None,
    redirect_field_name: str | None = REDIRECT_FIELD_NAME,
    customers: Callable[[HttpRequest], QuerySet[Customer]] = customers_of_user,
    account: str | None = "",
    livemode: bool | None = None,
) -> Any:
    """Restrict a view, sync or async, to users with an active subscription.

    A user who is not logged in is redirected to the login page. A user without such a subscription is redirected to
    ``redirect_to``, or gets 403. Both redirects name the requested page in ``?next=``. Costs one query.

    Args:
        view: the view.
        product: a row or an id of a product, or several, of which one is enough; None for any.
        price: the same for prices.
        grace: as in `SubscriptionQuerySet.active`: for how long a subscription that is past due still counts.
        redirect_to: a URL or the name of one, for example of the page with the plans; None for 403.
        login_url: a URL or the name of one; None for ``settings.LOGIN_URL``.
        redirect_field_name: the query parameter with the requested page; None for no parameter.
        customers: a function, not a coroutine function, that returns the customers whose subscriptions count.
        account: the account of the subscription: ``""`` for the platform account, ``acct_…``, or None for all. Only
            accounts that the project trusts: an account may give its products any id.
        livemode: the mode of the subscription; None for that of ``PINAX_STRIPE_SECRET_KEY``.
    """
    rule = _Rule(
        products=_each(product),
        prices=_each(price),
        grace=grace,
        customers=customers,
        account=account,
        livemode=livemode,
    )

    def refused(request: HttpRequest) -> HttpResponseBase | None:
        if not request.user.is_authenticated:
            return _redirect(request, login_url, redirect_field_name)
        return None if rule.met_by(request) else _without_subscription(request, redirect_to, redirect_field_name)

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return refused(request) or view(request, *args, **kwargs)

        @wraps(view)
        async def async_wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return await sync_to_async(refused)(request) or await view(request, *args, **kwargs)

        return async_wrapper if iscoroutinefunction(view) else wrapper

    return decorate if view is None else decorate(view)


class SubscriptionRequiredMixin(AccessMixin, View):
    """Restrict a class-based view, sync or async, to users with an active subscription; name it before other bases.

    The attributes are the arguments of `subscription_required`, with the prefix ``subscription_`` or, of logins, as in
    Django's `AccessMixin`.
    """

    subscription_product: Product | str | Iterable[Product | str] | None = None
    subscription_price: Price | str | Iterable[Price | str] | None = None
    subscription_grace: timedelta | None = None
    #: A URL or the name of one; None for 403.
    subscription_redirect_to: str | None = None
    subscription_account: str | None = ""
    subscription_livemode: bool | None = None

    def get_subscription_customers(self) -> QuerySet[Customer]:
        """Return the customers whose subscriptions count: by default those linked to the user."""
        return customers_of_user(self.request)

    def handle_no_subscription(self) -> HttpResponseBase:
        """Return the response for a user who is logged in and has no such subscription.

        Raises:
            PermissionDenied: there is no page to redirect to, or ``raise_exception`` is set.
        """
        to = None if self.raise_exception else self.subscription_redirect_to
        return _without_subscription(self.request, to, self.get_redirect_field_name())

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Check the user, then call the handler of the method."""
        handle: Callable[[], Any] = partial(super().dispatch, request, *args, **kwargs)
        if not self.view_is_async:
            return self._refused() or handle()

        async def check_and_handle() -> Any:
            return await sync_to_async(self._refused)() or await handle()

        return check_and_handle()

    def _refused(self) -> HttpResponseBase | None:
        if not self.request.user.is_authenticated:
            return self.handle_no_permission()
        rule = _Rule(
            products=_each(self.subscription_product),
            prices=_each(self.subscription_price),
            grace=self.subscription_grace,
            customers=lambda _request: self.get_subscription_customers(),
            account=self.subscription_account,
            livemode=self.subscription_livemode,
        )
        return None if rule.met_by(self.request) else self.handle_no_subscription()


def _without_subscription(request: HttpRequest, to: str | None, field: str | None) -> HttpResponseBase:
    if to is None:
        raise PermissionDenied("An active subscription is required.")
    return _redirect(request, to, field)


def _redirect(request: HttpRequest, to: str | None, field: str | None) -> HttpResponseBase:
    """Redirect to a page that redirects back: by its path, because the hosts are the same."""
    return redirect_to_login(request.get_full_path(), resolve_url(to) if to else None, field)


def _each(things: Any) -> list[Any]:
    """Return what is given as a list: one thing, several, or None for any."""
    if things is None or isinstance(things, (str, Product, Price)):
        return [things]
    return list(things)
