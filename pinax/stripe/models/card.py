"""Cards: a legacy payment source, which payment methods have replaced, and a payout destination."""

from __future__ import annotations

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeObject
from pinax.stripe.models.expiry import ExpiringQuerySet
from pinax.stripe.models.querysets import NotDeletedManager


class CardQuerySet(ExpiringQuerySet["Card"]):
    """Query methods for cards."""


class Card(StripeObject):
    """A card of a customer, or the payout destination of a connected account.

    Source: https://docs.stripe.com/api/cards/object
    """

    stripe_object = "card"
    personal = ("name", "last4", "fingerprint")
    stripe_paths = (
        "/v1/customers/{customer}/sources/{id}",
        "/v1/accounts/{account}/external_accounts/{id}",
    )

    customer = fields.Reference("Customer", related_name="cards")
    account = fields.Reference("Account", related_name="cards")
    name = fields.Text()
    brand = fields.Text("brand", "type")
    last4 = fields.Text()
    exp_month = fields.Number()
    exp_year = fields.Number()
    funding = fields.Text()
    country = fields.Text()
    currency = fields.Text()
    fingerprint = fields.Text()
    default_for_currency = fields.Flag()

    objects = NotDeletedManager.from_queryset(CardQuerySet)()  # type: ignore[assignment, misc]  # the base's, and more
    all_objects = CardQuerySet.as_manager()  # type: ignore[misc]  # the base's, and more

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_card"
