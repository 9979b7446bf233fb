"""Customers on the admin page of a user, of whatever model the project's users are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin import columns
from pinax.stripe.models import Customer

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = object

#: How many customers of a user are named; a link leads to all of them.
MOST_NAMED: Final = 10
#: The name of the field in the admin of users.
FIELD: Final = "stripe_customers"


class StripeCustomersMixin(_ModelAdmin):
    """Shows on the page of a user which of Stripe's customers it is; for the admin class of the project's users.

    The field is read-only, and shown to users of the admin who may view customers; it costs one statement.
    """

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the read-only fields, the customers included."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, FIELD) if obj is not None and _may_see_customers(self, request) else fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields, with a group for the customers at the end, unless the project has placed them."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not _may_see_customers(self, request) or FIELD in flatten_fieldsets(fieldsets):
            return fieldsets
        return [*fieldsets, (_("Stripe"), {"fields": (FIELD,)})]

    @admin.display(description=_("customers"))
    def stripe_customers(self, user: Model) -> SafeString | str:
        """Link to the customers that the user is, the last recorded first; with the mode of each."""
        rows = Customer.objects.filter(user=user.pk).order_by("-pk").defer("data")[: MOST_NAMED + 1]
        links: list[SafeString | str] = [_named(self, row) for row in rows]
        if len(links) > MOST_NAMED:
            links[MOST_NAMED:] = [columns.listed(Customer, self.admin_site, _("Show all"), user__exact=user.pk)]
        return format_html_join(" · ", "{}", ((link,) for link in links)) or self.get_empty_value_display()


def _named(shown: Any, row: Customer) -> SafeString:
    words = row.name or row.email or row.stripe_id
    mode = _("live") if row.livemode else _("test")
    return format_html("{} ({})", columns.link(row, shown.admin_site, words), mode)


def _may_see_customers(shown: Any, request: HttpRequest) -> bool:
    site = shown.admin_site
    return bool(site.is_registered(Customer) and site.get_model_admin(Customer).has_view_permission(request))
