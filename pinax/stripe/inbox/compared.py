"""Deliveries of an endpoint that is there to compare API versions: they are kept for a report, and not processed.

While ``stripe_endpoint upgrade`` compares two API versions, Stripe delivers each event twice: to the webhook's URL, and
to the same URL with ``?compare=`` and the other version. Only the first delivery is processed.

Source: https://docs.stripe.com/webhooks/versioning
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from pinax.stripe.conf import conf
from pinax.stripe.inbox.rejections import of_message, without_erased
from pinax.stripe.inbox.twins import find
from pinax.stripe.models import RejectedDelivery
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from pinax.stripe.inbox.message import Message

#: The name in the query of the URL; its value is the endpoint's API version.
MARK: Final = "compare"
#: How many deliveries of each event type and version are kept.
SAMPLES: Final = 20
#: How long the other endpoint has to bring the event. A delivery after that is processed if the event is not recorded.
PATIENCE: Final = timedelta(minutes=5)


def is_marked(query: str) -> bool:
    """Whether the query of a URL says that the deliveries to it are only compared."""
    return f"{MARK}=" in query and any(part.startswith(f"{MARK}=") for part in query.split("&"))


def keep_to_compare(message: Message) -> bool:
    """Keep a delivery that is only compared, and return whether it was one; if not, it has to be processed.

    An event that is not recorded minutes after it happened is processed all the same: the endpoint that should have
    brought it has not. So are deliveries that no webhook secret signed, which Stripe is asked about, and thin events,
    which have no API version.
    """
    if not message.signed or message.is_thin:
        return False
    if message.created < timezone.now() - PATIENCE and find(message) is None:
        return False
    alike = kept(message.version, message.scope.platform).filter(kind=message.kind).order_by()
    if len(alike.values_list("pk", flat=True)[:SAMPLES]) < min(SAMPLES, conf.REJECTED_KEPT):
        delivery = of_message(message, RejectedDelivery.Cause.COMPARED, reason_for(message.version))
        without_erased(delivery).save(force_insert=True)
    return True


def kept(version: str, platform: str) -> QuerySet[RejectedDelivery]:
    """Return the deliveries to a platform in an API version that are kept to be compared."""
    rows = RejectedDelivery.objects.filter(
        cause=RejectedDelivery.Cause.COMPARED, reason=reason_for(version), platform=platform
    )
    return from_primary(rows)


def reason_for(version: str) -> str:
    """Return the reason with which deliveries in an API version are kept."""
    return f"only compared: API version {version}"
