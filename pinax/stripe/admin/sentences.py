"""What an event says, as a sentence: "Invoice ADA-0001 over €15.00 was paid by Ada Lovelace"."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from pinax.stripe.admin.columns import money
from pinax.stripe.admin.names import in_words, known
from pinax.stripe.models import model_of
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrOrPromise

    from pinax.stripe.models import Event, StripeObject
    from pinax.stripe.plain_json import Json

#: How the last word of an event type goes on after the object; with the customer, if there is one.
_WORDS: Final[Mapping[str, tuple[_StrOrPromise, _StrOrPromise]]] = MappingProxyType(
    {
        "canceled": (_("%(object)s was canceled"), _("%(object)s of %(customer)s was canceled")),
        "captured": (_("%(object)s was captured"), _("%(object)s of %(customer)s was captured")),
        "closed": (_("%(object)s was closed"), _("%(object)s of %(customer)s was closed")),
        "created": (_("%(object)s was created"), _("%(object)s was created for %(customer)s")),
        "deleted": (_("%(object)s was deleted"), _("%(object)s of %(customer)s was deleted")),
        "failed": (_("%(object)s failed"), _("%(object)s of %(customer)s failed")),
        "finalized": (_("%(object)s was finalized"), _("%(object)s of %(customer)s was finalized")),
        "paid": (_("%(object)s was paid"), _("%(object)s was paid by %(customer)s")),
        "payment_failed": (_("%(object)s could not be paid"), _("%(object)s could not be paid by %(customer)s")),
        "payment_succeeded": (_("%(object)s was paid"), _("%(object)s was paid by %(customer)s")),
        "refunded": (_("%(object)s was refunded"), _("%(object)s was refunded to %(customer)s")),
        "sent": (_("%(object)s was sent"), _("%(object)s was sent to %(customer)s")),
        "succeeded": (_("%(object)s succeeded"), _("%(object)s of %(customer)s succeeded")),
        "updated": (_("%(object)s was changed"), _("%(object)s of %(customer)s was changed")),
        "voided": (_("%(object)s was voided"), _("%(object)s of %(customer)s was voided")),
    }
)
#: The amounts that say how much an object is about, and what names it; the first one that is there.
_AMOUNTS: Final = ("total", "amount_total", "amount_due", "amount", "unit_amount")
_NAMES: Final = ("number", "name", "code", "email", "nickname", "id")
#: How much of a name is shown, in characters.
_LONGEST: Final = 80


def described(kind: str) -> str:
    """Return what an event type means, in the words of the catalogue."""
    return known(registry.handler_for(kind).description)


def sentence(event: Event) -> str:
    """Return what an event says, from Stripe's copy; empty if nothing is known of its object."""
    said = event.object
    last = event.kind.rpartition(".")[2]
    if not said or last not in _WORDS:
        return described(event.kind) if said else ""
    alone, with_customer = _WORDS[last]
    names = {"object": _described(said), "customer": _customer_of(event)}
    is_customer = said.get("object") == "customer"
    return str(with_customer if names["customer"] and not is_customer else alone) % names


def row_of(event: Event) -> StripeObject | None:
    """Return the row of the object that the event carries, as its handler finds it, also if it is a tombstone."""
    snapshot = registry.handler_for(event.kind)(event).snapshot()
    if snapshot is not None:
        return snapshot.row()
    if not event.object_id:
        return None
    claimed = {"object": event.object_type, "id": event.object_id}
    rows = model_of(claimed).all_objects.about(claimed, event.scope)
    return rows.defer("data").first()


def _described(said: Json) -> str:
    noun = capfirst(str(in_words(str(said.get("object") or "object").rpartition(".")[2])))
    named = next((value for name in _NAMES if isinstance(value := said.get(name), str) and value), "")
    amount = next((value for name in _AMOUNTS if _is_amount(value := said.get(name))), None)
    words = " ".join(filter(None, (noun, Truncator(named).chars(_LONGEST))))
    currency = said.get("currency")
    if amount is None or not isinstance(currency, str) or not currency.isalpha():
        return words
    return str(_("%(object)s over %(amount)s") % {"object": words, "amount": money(amount, currency)})


def _customer_of(event: Event) -> str:
    """Return who the customer is: by name, by e-mail address, or by id."""
    customer = event.customer
    if customer is None:
        return ""
    return Truncator(customer.name or customer.email or customer.stripe_id).chars(_LONGEST)


def _is_amount(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
