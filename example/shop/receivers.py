"""The shop's receivers.

Each receiver is called once for each event, after Stripe has confirmed the event and its object (``instance``) is
synced. It runs in the event's transaction, in a savepoint of its own: if it raises an error, its work is rolled back,
and that of the others is kept. The error is recorded with the event, the delivery is answered 503, and the next attempt
calls the receiver again.
"""

from typing import Any

from django.db.models import F, Max
from django.dispatch import receiver

from pinax.stripe.models import CheckoutSession, Dispute, Event, Invoice, Subscription
from pinax.stripe.money import to_major_units
from pinax.stripe.signals import any_event, on

from .models import Access, LicenceKey, Tally, Task


@on("invoice.paid")
def grant_access(instance: Invoice, **_: Any) -> None:
    """Give access until the end of the last paid period; events of invoices can come in any order."""
    paid = Invoice.objects.paid().filter(customer=instance.customer)
    until = paid.aggregate(until=Max("lines__period_end"))["until"]
    Access.objects.update_or_create(customer=instance.customer, defaults={"until": until})


@on("customer.subscription.deleted")
def end_access(instance: Subscription, event: Event, **_: Any) -> None:
    """End the access with the subscription."""
    Access.objects.filter(customer=instance.customer).update(until=event.created)


@on("checkout.session.completed")
def hand_out_key(instance: CheckoutSession, **_: Any) -> None:
    """Sell a licence key; if none is left, this raises an error, and the event is retried until there is one."""
    key = LicenceKey.objects.select_for_update().filter(sold_in=None).order_by("pk").first()
    if key is None:
        raise LookupError("no licence key is left")
    key.sold_in = instance
    key.save()


@on("charge.dispute.created")
def ask_for_evidence(instance: Dispute, event: Event, **_: Any) -> None:
    """Create a task with the bank's deadline."""
    amount = to_major_units(instance.amount, instance.currency)
    text = f"Answer the dispute over {amount} {instance.currency.upper()} ({instance.reason})"
    Task.objects.create(text=text, due=instance.due_by, event=event)


@receiver(any_event)
def count(event: Event, **_: Any) -> None:
    """Count every event by its type, including unknown types."""
    Tally.objects.update_or_create(kind=event.kind, defaults={"times": F("times") + 1}, create_defaults={"times": 1})
