"""How things stand, in figures that link to the rows behind them, and the models of the app in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode

from django.db.models import Min
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from pinax.stripe.models import CommandRun, Event, Reconciliation, RejectedDelivery
from pinax.stripe.operations.health import LATELY, OVERDUE, RETRIED, Limits, span, status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from django.contrib.admin import AdminSite
    from django.db.models import Model
    from django.utils.functional import _StrOrPromise

    from pinax.stripe.operations.health import Status

#: The groups of the app's index; what is in none of them comes last.
GROUPS: Final[tuple[tuple[_StrOrPromise, str], ...]] = (
    (
        gettext_lazy("Events"),
        """
        Event EventProcessingException RejectedDelivery EventReplay EventReceipt Reconciliation ImportProgress
        CommandRun
        """,
    ),
    (
        gettext_lazy("Customers"),
        "Customer PaymentMethod Card BankAccount Source TaxId Discount ActiveEntitlement Mandate",
    ),
    (
        gettext_lazy("Payments"),
        """
        PaymentIntent SetupIntent Charge Refund Dispute EarlyFraudWarning Review CheckoutSession CheckoutLineItem
        PaymentLink BalanceTransaction Payout TopUp
        """,
    ),
    (
        gettext_lazy("Billing"),
        """
        Subscription SubscriptionItem SubscriptionSchedule Invoice InvoiceItem InvoiceLineItem InvoicePayment
        CreditNote Quote
        """,
    ),
    (gettext_lazy("Catalogue"), "Product Price Plan Coupon PromotionCode TaxRate"),
    (
        gettext_lazy("Connect"),
        "Account Capability Person ApplicationFee ApplicationFeeRefund Transfer TransferReversal",
    ),
)


class Figure(NamedTuple):
    """A figure of the overview.

    Attributes:
        words: what is counted.
        value: the number, or a time in words.
        address: the rows behind it.
        look: quiet, good, busy or bad.
        hint: what it means.
    """

    words: str
    value: str
    address: str
    look: str
    hint: str = ""


def figures(site: AdminSite) -> list[Figure]:
    """Return how things stand now; a fixed number of statements, each of which an index serves."""
    return list(_figures(status(), site))


def grouped(app_list: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the models of an app in groups, each of which looks like an app to Django's template."""
    groups: list[dict[str, Any]] = []
    for app in app_list:
        left = {model["object_name"]: model for model in app["models"]}
        for words, names in GROUPS:
            models = [left.pop(name) for name in names.split() if name in left]
            groups.append(_group(app, words, models))
        groups.append(_group(app, _("Others"), list(left.values())))
    return [group for group in groups if group["models"]]


def _group(app: dict[str, Any], words: _StrOrPromise, models: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a group; its heading leads to the list of its first model, not to the page that it is on."""
    addresses = [model["admin_url"] for model in models if model.get("admin_url")]
    return {**app, "name": words, "models": models, "app_url": addresses[0] if addresses else app["app_url"]}


def _figures(now: Status, site: AdminSite) -> Iterator[Figure]:
    lately, limits = (now.at - LATELY).isoformat(), Limits()
    late = Event.objects.filter(next_attempt_at__lt=now.at - OVERDUE).order_by()
    overdue_since = late.aggregate(since=Min("next_attempt_at"))["since"]

    def events(**query: Any) -> str:
        return address_of(Event, site, **query)

    yield _count(_("due"), now.due, events(status="due"), "busy", _("Events that stripe_process is to try now"))
    yield _count(_("failing"), now.failing, events(status="failing"), "busy", _("Retried automatically"))
    yield _count(_("given up"), now.given_up, events(status="given-up"), "bad", _("No longer retried automatically"))
    invalid = events(valid__exact=0, received_at__gt=lately)
    yield _count(_("invalid in 24 h"), now.invalid, invalid, "busy", _("Stripe contradicts them; not acted on"))
    contradicted = events(valid__exact=0, signed__exact=1)
    yield _count(
        _("signed, but contradicted"), now.invalid_signed, contradicted, "bad", _("A webhook secret signed them")
    )
    since = (now.at - RETRIED).isoformat()
    unreadable = address_of(
        RejectedDelivery, site, cause__exact=RejectedDelivery.Cause.UNREADABLE, received_at__gt=since
    )
    yield _count(_("signed, but unreadable"), now.unreadable, unreadable, "bad", _("Stripe sent them, in 3 days"))
    no_key = events(skip_cause__exact=Event.SkipCause.NO_KEY, livemode__exact=1)
    yield _count(_("live, without a key"), now.skipped[True], no_key, "bad", _("There is no key for live mode"))

    age = now.oldest_pending_age
    look = "quiet" if age is None or age <= limits.warn_age else "bad" if age > limits.max_age else "busy"
    yield Figure(_("oldest pending"), _span(age) if age else _("none"), events(status="pending"), look)
    lag = now.lag[95]
    look = "busy" if lag is not None and lag > limits.max_lag else "quiet"
    hint = _("95 of 100 recent events came within this time")
    yield Figure(_("lag"), _span(lag) if lag is not None else _("none"), events(received_at__gt=lately), look, hint)
    yield _processed(now, late_by=now.at - overdue_since if overdue_since else None, site=site)
    yield _reconciled(now, limits, site)


def _processed(now: Status, *, late_by: timedelta | None, site: AdminSite) -> Figure:
    """Return for how long events have been overdue; if none is, when ``stripe_process`` was last active."""
    if late_by:
        address = address_of(Event, site, status="overdue")
        return Figure("stripe_process", _("not running for %s") % _span(late_by), address, "bad")
    address, idle = address_of(CommandRun, site), now.process_idle
    if idle is None:
        return Figure("stripe_process", _("has never run"), address, "busy")
    look = "busy" if idle > Limits().max_idle else "quiet"
    return Figure("stripe_process", _("active %s ago") % _span(idle), address, look)


def _reconciled(now: Status, limits: Limits, site: AdminSite) -> Figure:
    """Return when the account that is furthest behind was last compared with Stripe."""
    address = address_of(Reconciliation, site)
    if not now.reconciliations:
        return Figure("stripe_reconcile", _("has never run"), address, "busy")
    behind = max(now.behind(row) for row in now.reconciliations)
    look = "bad" if behind > limits.max_behind else "busy" if behind > LATELY else "quiet"
    return Figure("stripe_reconcile", _("complete until %s ago") % _span(behind), address, look)


def _span(time: timedelta) -> str:
    """Return a duration in the words of the user's language."""
    number, unit = span(time).split(" ")
    return f"{number_format(number)} {pgettext('duration', unit)}"


def _count(words: str, number: int, address: str, look: str, hint: str) -> Figure:
    return Figure(words, str(number), address, look if number else "quiet", hint)


def address_of(model: type[Model], site: AdminSite, **query: Any) -> str:
    """Return the address of a list; empty if the model is not registered."""
    if not site.is_registered(model):
        return ""
    address = reverse(f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{address}?{urlencode(query)}" if query else address
