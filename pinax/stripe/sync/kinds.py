"""What can be imported: types of Stripe's objects that have a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pinax.stripe.models import OtherObject, StripeObject
from pinax.stripe.models.other_object import LISTED

if TYPE_CHECKING:
    from pinax.stripe.models.base import StripeList
    from pinax.stripe.scope import Scope

#: Parents before those who point at them, so that few stubs are made.
_IN_ORDER: Final = """
    Account Capability Person
    Product Price Plan Coupon PromotionCode TaxRate
    Customer TaxId PaymentMethod
    SetupIntent PaymentLink Quote SubscriptionSchedule Subscription
    InvoiceItem Invoice PaymentIntent Charge InvoicePayment CreditNote CheckoutSession
    Refund Dispute Review EarlyFraudWarning
    Transfer ApplicationFee Payout TopUp BalanceTransaction
""".split()


class Kind(NamedTuple):
    """A type of Stripe's objects, and the model that keeps it."""

    object_type: str
    model: type[StripeObject]


class Listing(NamedTuple):
    """One of Stripe's lists: what, in which scope, and where it is.

    Attributes:
        kind: what is listed.
        scope: the account and the mode.
        source: the path, and how it can be asked for.
        since: what was created before, in Unix seconds, is left out; 0: nothing is.
    """

    kind: Kind
    scope: Scope
    source: StripeList
    since: int = 0

    @property
    def is_all_there_is(self) -> bool:
        """Whether a row of the kind, the account and the mode that it does not show may be of something deleted."""
        account = self.scope.stripe_account
        return not self.since and account == self.kind.model.home_of(account)


def kinds() -> list[Kind]:
    """Return everything that has a model and a list, parents first."""
    models = {model.__name__: model for model in StripeObject.__subclasses__()}
    return [Kind(models[name].stripe_object, models[name]) for name in _IN_ORDER]


def kind_named(name: str) -> Kind | None:
    """Return what ``"Customer"``, ``"customer"`` or ``"billing.meter"`` names; None where nothing is named so."""
    for model in StripeObject.__subclasses__():
        if name and name.lower() in {model.__name__.lower(), model.stripe_object} and model is not OtherObject:
            return Kind(model.stripe_object, model)
    return Kind(name, OtherObject) if name in LISTED else None


def listing(kind: Kind, scope: Scope, since: int = 0) -> Listing | None:
    """Return where Stripe lists objects of a kind; None where it does not.

    A list that cannot be narrowed to what is new is listed whole, whatever ``since`` says.
    """
    source = kind.model.list_of(kind.object_type, scope.stripe_account)
    if source is None:
        return None
    return Listing(kind, scope, source, since if source.by_created else 0)


def kind_of(row: StripeObject) -> Kind:
    """Return what a row keeps."""
    model = type(row)
    return Kind(model.stripe_object or getattr(row, "object_type", ""), model)
