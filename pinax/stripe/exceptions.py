"""What can go wrong, one class each; the docstring is the default message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import SuspiciousOperation

if TYPE_CHECKING:
    from pinax.stripe.times import Asked


class PinaxStripeError(Exception):
    """Something went wrong in pinax-stripe."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().partition("\n")[0])

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would put it in quotes


class UnreadableDelivery(PinaxStripeError, SuspiciousOperation):
    """The body is not an event as Stripe sends them.

    Attributes:
        signed_by: the label of the webhook secret that signed it all the same; empty if none did.
    """

    def __init__(self, message: str = "", signed_by: str = "") -> None:
        super().__init__(message)
        self.signed_by = signed_by


class SignatureMismatch(UnreadableDelivery):
    """No webhook secret matches the delivery's signature.

    Attributes:
        cause: a value of ``RejectedDelivery.Cause``.
    """

    def __init__(self, message: str = "", cause: str = "no match") -> None:
        super().__init__(message)
        self.cause = cause


class UnknownEventType(PinaxStripeError, KeyError):
    """Stripe names no such event type."""


class UnknownReceiver(PinaxStripeError, LookupError):
    """No receiver of this event has that name."""


class UnreadableObject(PinaxStripeError, ValueError):
    """An object in one of Stripe's lists is not what the list is of."""


class UnknownTimeZone(PinaxStripeError, ValueError):
    """The database does not know a time zone."""


class UnreadableRow(UnreadableDelivery):
    """The row of an event does not hold the body of one."""


class HandlerClash(PinaxStripeError, ValueError):
    """Two handlers claim one event type."""


class ReceiverClash(PinaxStripeError, ValueError):
    """Two receivers of one signal have the same identity: give one of them a dispatch_uid of its own."""


class UnstableReceiver(PinaxStripeError, ValueError):
    """A receiver has no dotted path that is the same after a restart: connect it with a dispatch_uid."""


class StripeUnreachable(PinaxStripeError):
    """Stripe could not be asked, or gave no answer that can be used.

    Attributes:
        status: the HTTP status of the answer; None if there was none.
    """

    status: int | None = None


class RateLimited(StripeUnreachable):
    """Stripe was asked too often."""


class RateLimitExceeded(StripeUnreachable):
    """Stripe is not asked about more unsigned deliveries in this second than PINAX_STRIPE_VALIDATION_BUDGET allows."""


class RequestRefused(StripeUnreachable):
    """Stripe does not answer this request, and would not if it were asked again."""


class ListTooLong(StripeUnreachable):
    """A list inside an object is longer than a request may wait for; a worker or stripe_process completes it."""


class NoSuchObject(PinaxStripeError, LookupError):
    """Stripe knows no such object for this key and account.

    Attributes:
        asked: when it was asked and said so; None where nobody had to ask.
    """

    def __init__(self, message: str = "Stripe knows no such object", asked: Asked | None = None) -> None:
        super().__init__(message)
        self.asked = asked


class AccountRefused(PinaxStripeError):
    """Stripe refuses our key for that connected account."""


class Unconfirmed(PinaxStripeError):
    """Stripe does not confirm an event that a webhook secret signed."""


class NotAcceptable(PinaxStripeError, ValueError):
    """The signature of an event cannot be accepted in place of Stripe's confirmation."""


class NoKeyForMode(PinaxStripeError):
    """The settings hold no key for this mode."""


class RedactionFailed(PinaxStripeError):
    """The project's redact() raised, or changed what tells an event from others."""


class ConcurrentUpdate(PinaxStripeError):
    """The row was updated concurrently."""


class BeingProcessed(ConcurrentUpdate):
    """Another process is working on the event at this moment."""


class EventDeleted(PinaxStripeError, LookupError):
    """The row of the event was deleted while the event was processed."""


class NotYet(PinaxStripeError):
    """What this receiver needs has not arrived yet: call it again soon.

    A receiver raises it. Its database work is rolled back, no failure is counted and no error is kept; the event is
    processed again after the first pause of ``PINAX_STRIPE_RETRY_BACKOFF``.
    """


class InsideTransaction(PinaxStripeError, RuntimeError):
    """An event cannot be processed inside an open transaction: keep ATOMIC_REQUESTS and atomic() off the webhook."""


class NotProcessed(PinaxStripeError):
    """The event could not be brought to its end, and is to be tried again."""


class BrokenTransaction(PinaxStripeError):
    """A receiver caught a database error without an atomic() of its own around it, so its work would be lost."""


class StepFailed(PinaxStripeError):
    """A step of an event's way failed; the cause is the exception that it raised.

    Attributes:
        stage: the step, a value of ``EventProcessingException.Stage``.
        receiver: the identity of the receiver that raised, if it was one.
    """

    def __init__(self, stage: str, receiver: str = "") -> None:
        super().__init__(f"{stage} failed" + (f" in {receiver}" if receiver else ""))
        self.stage = stage
        self.receiver = receiver
