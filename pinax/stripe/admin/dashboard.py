"""Links to Stripe's dashboard, in the right account and mode."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from django.utils.html import format_html
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.safestring import SafeString

#: Where the dashboard has a page for each object of a type.
PAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "account": "connect/accounts",
        "charge": "payments",
        "coupon": "coupons",
        "customer": "customers",
        "event": "events",
        "invoice": "invoices",
        "payment_intent": "payments",
        "payment_link": "payment-links",
        "payout": "payouts",
        "price": "prices",
        "product": "products",
        "quote": "quotes",
        "subscription": "subscriptions",
        "subscription_schedule": "subscription_schedules",
        "topup": "topups",
        "transfer": "connect/transfers",
    }
)


def dashboard(object_type: str, stripe_id: str, *, stripe_account: str, livemode: bool) -> SafeString | str:
    """Return a link to an object's page in Stripe's dashboard; empty if it has none.

    Source: https://docs.stripe.com/dashboard/basics
    """
    page = PAGES.get(object_type)
    if not page or not stripe_id:
        return ""
    places = [quote(stripe_account, safe=""), "" if livemode else "test", page, quote(stripe_id, safe="")]
    address = "https://dashboard.stripe.com/" + "/".join(filter(None, places))
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', address, _("Stripe's dashboard"))
