"""Accounts, their capabilities, and the persons associated with them."""

from __future__ import annotations

from django.db import models

from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject
from pinax.stripe.models.children import Children


class Account(StripeObject):
    """A connected account, or the platform account.

    Source: https://docs.stripe.com/api/accounts/object
    """

    stripe_object = "account"
    shared = True
    stripe_paths = ("/v1/accounts/{id}",)
    stripe_list = StripeList("/v1/accounts")
    kept_by_account = False
    own_columns = ("authorized_at", "deauthorized_at")

    type = fields.Text("type", translated=(("managed", True, "custom"), ("managed", False, "standard")), db_index=True)
    controller_type = fields.Text("controller.type")
    business_type = fields.Text("business_type", "legal_entity.type")
    business_name = fields.Text("business_profile.name", "business_name")
    business_url = fields.Text("business_profile.url", "business_url")
    display_name = fields.Text("settings.dashboard.display_name", "display_name")
    email = fields.Text(db_index=True)
    country = fields.Text()
    default_currency = fields.Text()
    charges_enabled = fields.Flag()
    payouts_enabled = fields.Flag("payouts_enabled", "transfers_enabled")
    details_submitted = fields.Flag()
    disabled_reason = fields.Text("requirements.disabled_reason", "verification.disabled_reason")
    current_deadline = fields.Timestamp("requirements.current_deadline", "verification.due_by")
    tos_accepted_at = fields.Timestamp("tos_acceptance.date")
    external_accounts = Children(
        "external_accounts.data", "BankAccount", "Card", rest="/v1/accounts/{id}/external_accounts"
    )

    authorized_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the account was connected, if an event reported it; not part of Stripe's object.",
    )
    deauthorized_at = models.DateTimeField(
        null=True, blank=True, help_text="When the account was disconnected; not part of Stripe's object."
    )

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_account"

    @classmethod
    def list_of(cls, object_type: str, connected: str) -> StripeList | None:
        """Return the list endpoint of connected accounts; for a connected account, the path of that account."""
        if not connected:
            return super().list_of(object_type, connected)
        return StripeList("/v1/accounts/{account}", by_created=False, in_pages=False)


class Capability(StripeObject):
    """A capability that an account can request; its id is its name.

    Source: https://docs.stripe.com/api/capabilities/object
    """

    stripe_object = "capability"
    shared = True
    stripe_paths = ("/v1/accounts/{account}/capabilities/{id}",)
    stripe_list = StripeList("/v1/accounts/{account}/capabilities", by_created=False, in_pages=False)

    account = fields.Reference("Account", related_name="capabilities")
    status = fields.Text(db_index=True)
    requested = fields.Flag()
    requested_at = fields.Timestamp()
    disabled_reason = fields.Text("requirements.disabled_reason")

    class Meta(StripeObject.Meta):
        """The plural is irregular."""

        db_table = "pinaxstripe_capability"
        verbose_name_plural = "capabilities"


class Person(StripeObject):
    """A person who owns, directs or represents an account's business.

    Source: https://docs.stripe.com/api/persons/object
    """

    stripe_object = "person"
    shared = True
    stripe_paths = ("/v1/accounts/{account}/persons/{id}",)
    stripe_list = StripeList("/v1/accounts/{account}/persons", by_created=False)

    account = fields.Reference("Account", related_name="persons")
    first_name = fields.Text()
    last_name = fields.Text()
    email = fields.Text(db_index=True)
    verification_status = fields.Text("verification.status")
    representative = fields.Flag("relationship.representative", "relationship.account_opener")
    owner = fields.Flag("relationship.owner")
    director = fields.Flag("relationship.director")
    executive = fields.Flag("relationship.executive")

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_person"
