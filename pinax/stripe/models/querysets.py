"""The query set and the managers of all Stripe objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

from pinax.stripe.keys import default_livemode

if TYPE_CHECKING:
    from datetime import datetime

    from pinax.stripe.models.base import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.scope import Scope

_Row_co = TypeVar("_Row_co", bound="StripeObject", covariant=True)


class StripeObjectQuerySet(models.QuerySet[_Row_co]):
    """Rows of Stripe objects."""

    def synced(self) -> Self:
        """Rows that have been synced, which stubs have not."""
        return self.filter(synced_at__isnull=False)

    def stubs(self) -> Self:
        """Rows whose object is known by id only, because another object references it."""
        return self.filter(synced_at__isnull=True)

    def incomplete(self) -> Self:
        """Rows with a truncated list that could not be completed; ``stripe_sync --incomplete`` fetches the rest."""
        return self.filter(incomplete=True)

    def deleted(self) -> Self:
        """Tombstones: objects that are deleted at Stripe (only ``all_objects`` has them)."""
        return self.filter(deleted_at__isnull=False)

    def of_account(self, stripe_account: str) -> Self:
        """Objects of a connected account, or of the platform account (``""``)."""
        return self.filter(stripe_account=stripe_account)

    def in_livemode(self, livemode: bool | None = None) -> Self:
        """Objects of the mode of ``PINAX_STRIPE_SECRET_KEY``; with True of live mode, with False of test mode.

        So the same code adds up test data during development, and live data in production. Sandboxes are test mode. If
        the key does not say its mode, or is not set, it is taken for a live key.
        """
        return self.filter(livemode=default_livemode() if livemode is None else livemode)

    def during(self, start: datetime, end: datetime) -> Self:
        """Objects that were created at or after ``start`` and before ``end``."""
        return self.filter(created__gte=start, created__lt=end)

    def about(self, data: Json, scope: Scope) -> Self:
        """The row of Stripe's object ``data``; with ``all_objects`` also if it is a tombstone."""
        return self.filter(**self.model.key_of(data, scope))


class NotDeletedManager(models.Manager[_Row_co]):
    """Hides tombstones; ``objects = NotDeletedManager.from_queryset(…)()`` adds a model's own query methods."""

    def get_queryset(self) -> models.QuerySet[_Row_co]:
        """Return the rows that have no ``deleted_at``."""
        return super().get_queryset().filter(deleted_at__isnull=True)
