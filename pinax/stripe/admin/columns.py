"""How a value is shown: money in major units, a reference as a link, a mode and an account in words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext_lazy as _

from pinax.stripe.models import Account
from pinax.stripe.models.fields import Amount, Flag, Fraction, Reference, Timestamp
from pinax.stripe.money import decimal_places

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.contrib.admin import AdminSite
    from django.db.models import Field, Model
    from django.utils.functional import _StrOrPromise
    from django.utils.safestring import SafeString

    from pinax.stripe.models import Event, ImportProgress, Reconciliation, StripeObject

    #: What belongs to an account and a mode.
    AtHome = Event | ImportProgress | Reconciliation | StripeObject
    #: A column's name, or what shows it.
    Column = str | Callable[[Any], str | bool]

_ICONS: Final = {True: "icon-yes", False: "icon-no", None: "icon-unknown"}
_VALID: Final = {True: _("Confirmed"), False: _("Not confirmed"), None: _("Not asked yet")}


def column_of(field: Field[Any, Any], site: AdminSite) -> Column:
    """Return how a list or a page shows a column."""
    name = field.name

    def amount(row: StripeObject) -> str:
        value = getattr(row, name)
        return site.empty_value_display if value is None else money(value, getattr(row, "currency", ""))

    def number(row: StripeObject) -> str:
        value = getattr(row, name)
        if value is not None and name.endswith("amount_decimal"):
            return money(value, getattr(row, "currency", ""))
        return site.empty_value_display if value is None else plain(value)

    def flag(row: StripeObject) -> _StrOrPromise:
        value = getattr(row, name)
        return site.empty_value_display if value is None else yes_or_no(value)

    def when(row: StripeObject) -> SafeString | str:
        return moment(getattr(row, name)) or site.empty_value_display

    def reference(row: StripeObject) -> SafeString | str:
        return link(getattr(row, name), site)

    shows: tuple[tuple[type, Callable[[Any], Any]], ...] = (
        (Amount, amount),
        (Fraction, number),
        (Flag, flag),
        (Timestamp, when),
        (Reference, reference),
    )
    for kind, show in shows:
        if isinstance(field, kind):
            show.__name__ = name  # a page's CSS class
            return admin.display(description=field.verbose_name)(show)
    return name


def money(amount: int | Decimal, currency: str) -> str:
    """Return an amount of minor units as people write it, ``1,234.50 USD``.

    Args:
        amount: minor units; parts of one are kept.
        currency: three-letter ISO 4217 code, any case; empty where it is not known.
    """
    if not currency and not amount:
        return "0"  # in whatever currency: a customer who has not paid yet has none
    if not currency:
        return str(_("%(amount)s minor units, currency not known") % {"amount": plain(Decimal(amount))})
    places = decimal_places(currency)
    major = Decimal(amount).scaleb(-places).normalize()
    shown = max(places, -int(major.as_tuple().exponent))
    return f"{number_format(major, decimal_pos=shown, force_grouping=True)}\N{NO-BREAK SPACE}{currency.upper()}"


def plain(number: Decimal) -> str:
    """Return a number without the zeros at its end that say nothing."""
    return number_format(f"{number.normalize():f}")


def moment(value: datetime | None) -> SafeString | str:
    """Return a moment to the second, as events follow each other, in the time zone of the admin; "" for none."""
    if value is None:
        return ""
    here = localtime(value) if is_aware(value) else value
    words = date_format(here, "Y-m-d H:i:s")
    return format_html('<time class="nowrap" datetime="{}">{}</time>', here.isoformat(), words)


def yes_or_no(value: bool) -> _StrOrPromise:
    """Return the word: a red cross would warn of what is a good thing more often than not."""
    return _("yes") if value else _("no")


def link(row: Model | None, site: AdminSite, words: str = "") -> SafeString | str:
    """Return a link to the page of a row; its name alone where it has no page."""
    if row is None:
        return site.empty_value_display
    if not site.is_registered(type(row)):
        return words or str(row)
    names = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    address = reverse(names, args=(quote(row.pk),), current_app=site.name)
    return format_html('<a href="{}">{}</a>', address, words or str(row))


def listed(model: type[Model], site: AdminSite, words: _StrOrPromise, **query: Any) -> SafeString | str:
    """Return a link to a list of rows, narrowed by ``query``; the words alone where there is no such list."""
    if not site.is_registered(model):
        return str(words)
    names = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return format_html('<a href="{}?{}">{}</a>', reverse(names, current_app=site.name), urlencode(query), words)


def account(row: AtHome, site: AdminSite) -> SafeString | str:
    """Return the connected account of a row, leading to it; nothing for the platform itself."""
    name = row.stripe_account
    return listed(Account, site, name, q=name) if name else site.empty_value_display


def mode(row: AtHome) -> _StrOrPromise:
    """Return the mode of a row in a word."""
    return _("live") if row.livemode else _("test")


def icon(state: bool | None, words: _StrOrPromise) -> SafeString:
    """Return words with Django's own icon for yes, no or unknown before them."""
    address = static(f"admin/img/{_ICONS[state]}.svg")
    return format_html('<span class="nowrap"><img src="{}" alt=""> {}</span>', address, words)


def confirmed(event: Event) -> SafeString:
    """Return the three states of ``valid`` in words."""
    return icon(event.valid, _VALID[event.valid])


def progress(event: Event) -> SafeString:
    """Return whether an event is done, and if not, why not, in words."""
    states: tuple[tuple[object, bool | None, _StrOrPromise], ...] = (
        (event.processed, True, _("Processed")),
        (event.skipped, None, _("Skipped")),
        (event.valid is False, False, _("Not acted on")),
        (event.given_up_at, False, _("Given up")),
        (event.synced_at, False, _("Waiting for receivers")),
        (event.attempts, False, _("Failed")),
    )
    for holds, state, words in states:
        if holds:
            return icon(state, words)
    return icon(None, _("Waiting"))
