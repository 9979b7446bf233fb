"""How the admin shows values: money in major units, references as links, modes and accounts in words."""

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
from django.utils.translation import pgettext

from pinax.stripe.models import Account
from pinax.stripe.models.fields import Amount, Flag, Fraction, Reference, Timestamp
from pinax.stripe.money import display

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.contrib.admin import AdminSite, ModelAdmin
    from django.db.models import Field, Model
    from django.utils.functional import _StrOrPromise
    from django.utils.safestring import SafeString

    from pinax.stripe.models import Event, ImportProgress, Reconciliation, StripeObject

    #: Models that belong to an account and a mode.
    Scoped = Event | ImportProgress | Reconciliation | StripeObject
    #: The name of a column, or a callable that returns its value.
    Column = str | Callable[[Any], Any]

#: Ids of more characters are shortened in lists.
LONGEST_ID: Final = 15

_ICONS: Final = {True: "icon-yes", False: "icon-no", None: "icon-unknown"}
_VALID: Final = {True: _("Confirmed"), False: _("Not confirmed"), None: _("Not asked yet")}


def method(
    description: _StrOrPromise, show: Callable[[Any, AdminSite], Any], *, ordering: str | None = None
) -> Callable[[ModelAdmin[Any], Any], Any]:
    """Return an admin method that shows ``show(row, site)``, or the admin's sign for an empty value."""

    @admin.display(description=description, ordering=ordering)
    def column(shown: ModelAdmin[Any], row: Any) -> Any:
        value = show(row, shown.admin_site)
        return shown.get_empty_value_display() if value is None or value == "" else value

    return column


def moment_of(
    name: str, description: _StrOrPromise, *, ordering: str | None = None
) -> Callable[[ModelAdmin[Any], Any], Any]:
    """Return an admin method that shows a datetime of the row, to the second."""
    return method(description, lambda row, _site: moment(getattr(row, name)), ordering=ordering)


def event_link() -> Callable[[ModelAdmin[Any], Any], Any]:
    """Return an admin method that links to the row's event; if it has none, it shows the id of the event."""
    return method(_("event"), lambda row, site: link(row.event, site) if row.event else row.stripe_id)


def finished_at() -> Callable[[ModelAdmin[Any], Any], Any]:
    """Return an admin method that shows when a job finished, or that it has not."""
    unfinished = _("Running or interrupted")
    return method(_("finished at"), lambda row, _site: moment(row.finished_at) or icon(None, unfinished))


@admin.display(description=_("mode"))
def mode(_shown: ModelAdmin[Any], row: Scoped) -> SafeString:
    """Show live or test mode as a badge; an admin method."""
    name, words = ("live", _("live")) if row.livemode else ("test", _("test"))
    return format_html('<span class="pinax-stripe-mode {}">{}</span>', name, words)


@admin.display(description=_("account"))
def account(shown: ModelAdmin[Any], row: Scoped) -> SafeString | str:
    """Link to the connected account; an admin method. Empty for the platform itself."""
    name = row.stripe_account
    return listed(Account, shown.admin_site, short(name), q=name) if name else shown.get_empty_value_display()


def column_of(field: Field[Any, Any], site: AdminSite) -> Column:
    """Return how a list or a page shows a field of a Stripe object."""
    show = next((show for kind, show in _FIELDS if isinstance(field, kind)), None)
    if show is None:
        return field.name

    @admin.display(description=field.verbose_name)
    def column(row: StripeObject) -> Any:
        value = getattr(row, field.name)
        return site.empty_value_display if value is None else show(value, field, row, site)

    column.__name__ = field.name  # the CSS class in a page
    return column


def money(amount: int | Decimal, currency: str | None) -> str:
    """Return an amount as `pinax.stripe.money.display` does, also if the currency is not known.

    Args:
        amount: minor units; fractions of them are kept.
        currency: three-letter ISO 4217 code, any case; empty if it is not known.
    """
    if currency:
        return display(amount, currency)
    if not amount:
        return "0"  # in any currency: a customer who has not paid yet has none
    return str(_("%(amount)s minor units, currency not known") % {"amount": plain(Decimal(amount))})


def plain(number: Decimal) -> str:
    """Return a number without trailing zeros."""
    return number_format(f"{number.normalize():f}")


def short(stripe_id: str) -> SafeString | str:
    """Return a long id with its middle folded: the title and what is copied have the whole of it."""
    if len(stripe_id) <= LONGEST_ID:
        return stripe_id
    return format_html(
        '<span class="pinax-stripe-id" title="{}">{}<span>{}</span>{}</span>',
        stripe_id,
        stripe_id[:6],
        stripe_id[6:-4],
        stripe_id[-4:],
    )


def moment(value: datetime | None) -> SafeString | str:
    """Return a datetime to the second, in the current time zone; empty for None."""
    if value is None:
        return ""
    here = localtime(value) if is_aware(value) else value
    words = date_format(here, pgettext("date format", "Y-m-d H:i:s"))
    return format_html('<time class="nowrap" datetime="{}">{}</time>', here.isoformat(), words)


def yes_or_no(value: bool) -> _StrOrPromise:
    """Return a word rather than an icon: a red cross would warn of flags that are better off."""
    return _("yes") if value else _("no")


def link(row: Model | None, site: AdminSite, words: str = "") -> SafeString | str:
    """Return a link to the page of a row, or its name if the model is not registered."""
    if row is None:
        return site.empty_value_display
    if not site.is_registered(type(row)):
        return words or str(row)
    names = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    address = reverse(names, args=(quote(row.pk),), current_app=site.name)
    return format_html('<a href="{}">{}</a>', address, words or str(row))


def customer_by_name(row: Any, site: AdminSite) -> SafeString | str:
    """Return a link to the customer of an event or object: by name, else by e-mail address, else by id."""
    customer = row.customer
    words = customer and format_html(
        '<span class="pinax-stripe-name" title="{}">{}</span>', customer, customer.name or customer.email or customer
    )
    return link(customer, site, words or "")


def listed(model: type[Model], site: AdminSite, words: _StrOrPromise, **query: Any) -> SafeString | str:
    """Return a link to a list, filtered by ``query``, or the words alone if the model is not registered."""
    if not site.is_registered(model):
        return str(words)
    names = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return format_html('<a href="{}?{}">{}</a>', reverse(names, current_app=site.name), urlencode(query), words)


def icon(state: bool | None, words: _StrOrPromise) -> SafeString:
    """Return words after Django's icon for yes, no or unknown."""
    address = static(f"admin/img/{_ICONS[state]}.svg")
    return format_html('<span class="nowrap"><img src="{}" alt=""> {}</span>', address, words)


def confirmed(event: Event) -> SafeString:
    """Return the three states of ``valid`` in words, and whether Stripe contradicts a signed event."""
    contradicted = event.valid is False and event.signed
    return icon(event.valid, _("Not confirmed, though signed") if contradicted else _VALID[event.valid])


def _amount(value: int, _field: Field[Any, Any], row: Any, _site: AdminSite) -> str:
    return money(value, getattr(row, "currency", ""))


def _fraction(value: Decimal, field: Field[Any, Any], row: Any, _site: AdminSite) -> str:
    return money(value, getattr(row, "currency", "")) if field.name.endswith("amount_decimal") else plain(value)


#: Types of fields, and how a value of each is shown.
_FIELDS: Final[tuple[tuple[type, Callable[[Any, Field[Any, Any], Any, AdminSite], Any]], ...]] = (
    (Amount, _amount),
    (Fraction, _fraction),
    (Flag, lambda value, _field, _row, _site: yes_or_no(value)),
    (Timestamp, lambda value, _field, _row, _site: moment(value)),
    (Reference, lambda value, _field, _row, site: link(value, site)),
)
