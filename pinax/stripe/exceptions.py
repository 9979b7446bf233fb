"""The exceptions. The first line of the docstring is the default message."""

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
    """The body is not a Stripe event.

    Attributes:
        signed_by: the label of the webhook secret with which the body was signed; empty if it was not signed.
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
    """There is no such event type."""


class UnknownReceiver(PinaxStripeError, LookupError):
    """No receiver of this event has that identity."""


class UnreadableObject(PinaxStripeError, ValueError):
    """This is not a Stripe object of the expected type."""


class UnknownTimeZone(PinaxStripeError, ValueError):
    """The database does not know the time zone."""


class UnreadableRow(UnreadableDelivery):
    """The row of the event does not contain the body of an event."""


class HandlerClash(PinaxStripeError, ValueError):
    """Two handlers are registered for the same event type."""


class ReceiverClash(PinaxStripeError, ValueError):
    """Two receivers of one signal have the same identity: give one of them a dispatch_uid of its own."""


class UnstableReceiver(PinaxStripeError, ValueError):
    """A receiver has no dotted path that is the same after a restart: connect it with a dispatch_uid."""


class StripeUnreachable(PinaxStripeError):
    """Stripe did not answer the request, or its answer cannot be used.

    Attributes:
        status: the HTTP status of the answer; None if there was none.
    """

    status: int | None = None


class UnknownPlatform(StripeUnreachable):
    """There is no platform of this name."""


class RateLimited(StripeUnreachable):
    """Stripe's rate limit is exceeded."""


class RateLimitExceeded(StripeUnreachable):
    """More unsigned deliveries were received in this second than PINAX_STRIPE_VALIDATION_BUDGET allows to verify."""


class RequestRefused(StripeUnreachable):
    """Stripe rejects the request, and a retry would not change that."""


class ListTooLong(StripeUnreachable):
    """A list inside an object is too long for a web request; a worker or stripe_process completes it."""


class NoSuchObject(PinaxStripeError, LookupError):
    """Stripe has no such object for this key and account.

    Attributes:
        asked: the times of the request and the response; None if no request was sent.
    """

    def __init__(self, message: str = "Stripe has no such object", asked: Asked | None = None) -> None:
        super().__init__(message)
        self.asked = asked


class AccountRefused(PinaxStripeError):
    """Stripe denies the key access to the connected account."""


class Unconfirmed(PinaxStripeError):
    """Stripe does not confirm an event that a webhook secret signed."""


class NotAcceptable(PinaxStripeError, ValueError):
    """The signature of an event cannot be accepted in place of Stripe's confirmation."""


class NotAdoptable(PinaxStripeError, ValueError):
    """The tables of a predecessor cannot be adopted."""


class NoKeyForMode(PinaxStripeError):
    """No key for this mode is configured."""


class RedactionFailed(PinaxStripeError):
    """The project's redact() raised an error, or changed a field that identifies the event."""


class ConcurrentUpdate(PinaxStripeError):
    """The row was updated concurrently."""


class BeingProcessed(ConcurrentUpdate):
    """Another process is processing the event."""


class EventDeleted(PinaxStripeError, LookupError):
    """The row of the event was deleted while the event was processed."""


class NotYet(PinaxStripeError):
    """A receiver's data is not available yet: call it again soon.

    A receiver raises it. Its database work is rolled back, and neither a failure is counted nor an error recorded; the
    event is processed again after the first interval of ``PINAX_STRIPE_RETRY_BACKOFF``.
    """


class InsideTransaction(PinaxStripeError, RuntimeError):
    """An event cannot be processed inside an open transaction: do not wrap the webhook in atomic()."""


class NotProcessed(PinaxStripeError):
    """The event could not be processed, and is to be retried."""


class BrokenTransaction(PinaxStripeError):
    """A receiver caught a database error without an atomic() of its own around it, so its work would be lost."""


class StepFailed(PinaxStripeError):
    """A step of processing failed; the cause is the exception that it raised.

    Attributes:
        stage: the step, a value of ``EventProcessingException.Stage``.
        receiver: the identity of the receiver that failed; empty if the step was another one.
    """

    def __init__(self, stage: str, receiver: str = "") -> None:
        super().__init__(f"{stage} failed" + (f" in {receiver}" if receiver else ""))
        self.stage = stage
        self.receiver = receiver
