"""Customers."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from pinax.stripe.hooks import hookset
from pinax.stripe.models import fields
from pinax.stripe.models.base import StripeList, StripeObject
from pinax.stripe.models.children import Children
from pinax.stripe.models.querysets import NotDeletedManager, StripeObjectQuerySet
from pinax.stripe.models.subscription import Subscription

if TYPE_CHECKING:
    from datetime import timedelta
    from typing import Self

    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from pinax.stripe.models.price import Price
    from pinax.stripe.models.product import Product


logger = logging.getLogger("pinax.stripe")


class CustomerQuerySet(StripeObjectQuerySet["Customer"]):
    """Query methods for customers."""

    def for_user(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """The customers that are linked to a user, in all accounts and modes; none for an anonymous user."""
        return self.none() if user.pk is None else self.filter(user_id=user.pk)

    def with_active_subscription(
        self,
        *,
        product: Product | str | None = None,
        price: Price | str | None = None,
        grace: timedelta | None = None,
    ) -> Self:
        """Customers with an active subscription, optionally one to a product or price (a row or an id).

        ``grace`` is that of `SubscriptionQuerySet.active`.
        """
        subscriptions = Subscription.objects.active(grace=grace).to(product=product, price=price)
        return self.filter(Exists(subscriptions.filter(customer=OuterRef("pk"))))

    def link(self, user: AbstractBaseUser) -> bool:
        """Link customers without a user to ``user``, and return whether there were any."""
        return bool(self.filter(user__isnull=True).update(user=user))


class Customer(StripeObject):
    """A person or company that pays.

    Source: https://docs.stripe.com/api/customers/object
    """

    stripe_object = "customer"
    personal = (
        "email",
        "name",
        "lowercase_email",
        "lowercase_name",
        "lowercase_family_name",
        "phone",
        "description",
    )
    stripe_paths = ("/v1/customers/{id}",)
    own_columns = ("user_id",)
    #: Sources and tax ids are listed together with their customer.
    stripe_list = StripeList("/v1/customers?expand[]=data.sources&expand[]=data.tax_ids")

    email = fields.Text(db_index=True)
    name = fields.Text("name", "individual_name", "business_name")
    lowercase_email = fields.Lowercase("email")
    lowercase_name = fields.Lowercase("name", "individual_name", "business_name")
    #: With the last word first, so that a search for the beginning of a family name finds it.
    lowercase_family_name = fields.Lowercase("name", "individual_name", "business_name", last_word_first=True)
    phone = fields.Text()
    description = fields.LongText()
    currency = fields.Text()
    balance = fields.Amount("balance", "account_balance")
    delinquent = fields.Flag()
    tax_exempt = fields.Text()
    customer_account = fields.Text()
    default_payment_method = fields.Reference(
        "PaymentMethod", "invoice_settings.default_payment_method", related_name="+"
    )
    #: A legacy card, bank account or source.
    default_source_id = fields.Text("default_source", "default_card")
    sources = Children("sources.data", "Card", "BankAccount", "Source", rest="/v1/customers/{id}/sources")
    tax_ids = Children("tax_ids.data", "TaxId", rest="/v1/customers/{id}/tax_ids")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="stripe_customers",
        help_text="The project's user that is this customer; not part of Stripe's object.",
    )

    erasure_unfinished = models.BooleanField(
        default=False,
        help_text="Whether the erasure of the customer is unfinished; the next stripe_prune continues it.",
    )

    objects = NotDeletedManager.from_queryset(CustomerQuerySet)()  # type: ignore[assignment, misc]  # the base's, and more
    all_objects = CustomerQuerySet.as_manager()  # type: ignore[misc]  # the base's, and more

    class Meta(StripeObject.Meta):
        db_table = "pinaxstripe_customer"
        indexes: ClassVar[list[models.Index]] = [
            *StripeObject.Meta.indexes,
            # Few; MySQL has no partial index, and reads all customers.
            models.Index(
                fields=["erasure_unfinished"],
                condition=models.Q(erasure_unfinished=True),
                name="pinaxstripe_unfinished_erasure",
            ),
        ]

    def has_active_subscription(
        self,
        product: Product | str | None = None,
        *,
        price: Price | str | None = None,
        grace: timedelta | None = None,
    ) -> bool:
        """Whether the customer has an active subscription, optionally one to a product or price (a row or an id).

        ``grace`` is that of `SubscriptionQuerySet.active`. A warning is logged if none is found and the list of an
        active subscription's items is truncated, so that it may contain the product or price.
        """
        active = self.subscriptions.active(grace=grace)
        found = active.to(product=product, price=price).exists()
        if not found and (product or price) and active.incomplete().exists():
            logger.warning("%s: the items of an active subscription are not all known: stripe_sync --incomplete", self)
        return found

    def after_write(self) -> None:
        """Link the user that the hookset returns, unless the customer has a user."""
        user = None if self.user_id else hookset().user_for_customer(self.data or {})
        same = {"stripe_id": self.stripe_id, "stripe_account": self.stripe_account, "livemode": self.livemode}
        if user is not None and type(self).all_objects.filter(**same).link(user):
            self.user = user  # type: ignore[assignment]  # of whatever model the project has
