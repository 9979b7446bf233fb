"""Events: what happened at Stripe, as delivered and as Stripe confirms it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from jsonfield import JSONField

from pinax.stripe.models import fields
from pinax.stripe.plain_json import place
from pinax.stripe.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from pinax.stripe.models.base import StripeObject
    from pinax.stripe.plain_json import Json


class EventQuerySet(models.QuerySet["Event"]):
    """Events, as sentences."""

    def pending(self) -> Self:
        """Events that still have to be done: not asked yet, or confirmed and not through."""
        return self.filter(processed=False, skipped=False).exclude(valid=False)

    def failed(self) -> Self:
        """Pending events that have failed at least once."""
        return self.pending().filter(attempts__gt=0)

    def due(self, now: datetime | None = None) -> Self:
        """Events that recovery is to try now."""
        return self.filter(next_attempt_at__lte=now or timezone.now())

    def given_up(self) -> Self:
        """Pending events that have failed too often: recovery leaves them alone."""
        return self.pending().filter(given_up_at__isnull=False)

    def ended(self) -> Self:
        """Events that nothing tries any more: processed, or given up."""
        return self.filter(Q(processed=True) | Q(given_up_at__isnull=False))

    def invalid(self) -> Self:
        """Events that Stripe does not confirm."""
        return self.filter(valid=False)

    def pruned(self) -> Self:
        """Events whose messages have been blanked."""
        return self.filter(pruned_at__isnull=False)

    def blank(self, now: datetime) -> int:
        """Blank the messages, and return of how many events; ids and columns stay, and so does what became of them."""
        return self.update(webhook_message={}, validated_message=None, pruned_at=now)

    def about(self, instance: StripeObject) -> Self:
        """Events that carry this object."""
        same = self.filter(object_id=instance.stripe_id, livemode=instance.livemode)
        return same.filter(stripe_account=instance.stripe_account) if instance.kept_by_account else same


class SkipCause(models.TextChoices):
    """Why an event is recorded only."""

    NO_KEY = "no key", _("no key for its mode")
    SWITCHED_OFF = "switched off", _("its type is switched off")
    NOT_WANTED = "not wanted", _("the hook wants() did not want it")


class Event(models.Model):
    """What happened at Stripe. One row for each event, however often it is delivered.

    ``valid`` has three states: None, nobody could ask Stripe yet; True, Stripe confirms the event (or, with
    ``VALIDATION = "signature"``, its signature does); False, Stripe says otherwise, and ``verification_note`` in what.
    Only a valid event can be ``processed``: synced and signalled, with every receiver through. One that is
    ``synced_at`` a moment and not processed waits for receivers that have failed; what the others did is kept.
    ``next_attempt_at`` is when recovery tries it next; it is empty where nothing is left to try: done, refused, skipped
    or given up.

    Source: https://docs.stripe.com/api/events/object
    """

    stripe_id = fields.StripeId(unique=True, verbose_name=_("id"), help_text=_("The event's id at Stripe, evt_…"))
    kind = models.CharField(_("kind"), max_length=255, db_index=True, help_text=_("The event type, e.g. invoice.paid."))
    stripe_account = fields.StripeId(
        _("account"),
        blank=True,
        default="",
        db_index=True,
        help_text=_("The connected account; empty for our own."),
    )
    livemode = models.BooleanField(_("live mode"), help_text=_("Live mode, or test mode and sandboxes."))
    api_version = models.CharField(
        _("API version"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("The version that shaped the object."),
    )
    created = models.DateTimeField(_("created"), db_index=True, help_text=_("When it happened, by Stripe's clock."))
    request_id = models.CharField(
        _("request"),
        max_length=255,
        blank=True,
        db_index=True,
        default="",
        help_text=_("The API request that caused it, req_…."),
    )

    object_type = models.CharField(
        _("object type"), max_length=255, blank=True, default="", help_text=_("What it carries, e.g. invoice.")
    )
    object_id = fields.StripeId(
        _("object id"), blank=True, default="", db_index=True, help_text=_("The id of what it carries.")
    )
    customer = models.ForeignKey(
        "Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="events",
        help_text=_("Whom it is about, once it is processed."),
    )

    webhook_message = JSONField(
        _("webhook message"), help_text=_("What was posted; empty once pruned. Anybody can post anything.")
    )
    signed = models.BooleanField(
        _("signed"), default=False, help_text=_("Whether a webhook secret vouches for what was posted.")
    )
    signed_by = models.CharField(
        _("signed by"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("The label of the webhook secret that vouches for what was posted; never the secret."),
    )
    validated_message = JSONField(
        _("validated message"),
        null=True,
        blank=True,
        help_text=_("Stripe's own copy; the only one that is acted on. None once pruned."),
    )
    pruned_at = models.DateTimeField(
        _("pruned at"), null=True, blank=True, help_text=_("When its messages were blanked; what it was and did stays.")
    )

    valid = models.BooleanField(
        _("valid"),
        null=True,
        blank=True,
        help_text=_("Whether Stripe confirms it; unknown until Stripe was asked."),
    )
    verification_note = models.TextField(
        _("verification note"), blank=True, default="", help_text=_("What Stripe was asked and said, in words.")
    )
    skipped = models.BooleanField(
        _("skipped"),
        default=False,
        help_text=_("Recorded only: switched off, its mode has no key, or given up and erased."),
    )
    skip_cause = models.CharField(
        _("skip cause"),
        max_length=20,
        choices=SkipCause.choices,
        blank=True,
        default="",
        db_index=True,
        help_text=_("Why it was recorded only; empty if it is not skipped."),
    )
    processed = models.BooleanField(_("processed"), default=False, help_text=_("Synced, and every receiver through."))
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True, help_text=_("When it was done."))
    attempts = models.PositiveIntegerField(_("attempts"), default=0, help_text=_("How often it has been tried."))
    failures = models.PositiveIntegerField(
        _("failures"),
        default=0,
        help_text=_("How many tries failed at something else than asking Stripe; too many, and it is given up."),
    )
    synced_at = models.DateTimeField(
        _("synced at"), null=True, blank=True, help_text=_("When its object was written, where a receiver failed then.")
    )
    next_attempt_at = models.DateTimeField(
        _("next attempt at"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("When stripe_process tries it, unless it is done by then."),
    )
    given_up_at = models.DateTimeField(
        _("given up at"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("When it had failed too often to be tried again."),
    )

    received_at = models.DateTimeField(
        _("received at"), auto_now_add=True, db_index=True, help_text=_("When it was first posted.")
    )
    deliveries = models.PositiveIntegerField(
        _("deliveries"), default=1, help_text=_("How often it was posted, rejected posts apart; 0 if it never was.")
    )
    receivers = models.JSONField(
        _("receivers"),
        default=dict,
        blank=True,
        help_text=_("The receivers that succeeded in the last attempt, and how long each took, in seconds."),
    )

    objects = EventQuerySet.as_manager()

    SkipCause = SkipCause

    #: What `set_aside` has left to the next `transition`.
    _unsaved: Mapping[str, Any] = MappingProxyType({})

    class Meta:
        """Newest first; never processed without being valid."""

        db_table = "pinaxstripe_event"
        ordering: ClassVar[list[str]] = ["-created", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        permissions: ClassVar[list[tuple[str, _StrOrPromise]]] = [
            ("view_payload", _("Can view what Stripe and strangers sent, and what errors said")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["processed", "created"]),
            models.Index(fields=["valid", "created"]),
            # Few; MySQL has no partial index, and goes through the invalid ones, whose number is limited.
            models.Index(
                fields=["received_at"], condition=Q(valid=False, signed=True), name="pinaxstripe_event_signed_false"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                # A database lets pass what is neither true nor false, so "valid is unknown" is ruled out by name.
                condition=Q(processed=False) | Q(valid=True, valid__isnull=False),
                name="pinaxstripe_event_processed_is_valid",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.stripe_id}"

    def transition(self, values: Mapping[str, Any], *conditions: Q, **where: Any) -> bool:
        """Update the row if it still matches; the instance takes the values if and only if the row did.

        Values that were set aside with `set_aside` are written with them.

        Args:
            values: plain values by attribute name, no expressions.
            conditions: what the row has to match, as `Q` objects.
            where: the same, as lookups.
        """
        unsaved = {**self._unsaved, **values}
        if not Event.objects.filter(*conditions, pk=self.pk, **where).update(**unsaved):
            return False
        self._take(unsaved)
        self._unsaved = {}
        return True

    def set_aside(self, values: Mapping[str, Any]) -> None:
        """Set values on the instance now, and let the next `transition` write them."""
        self._take(values)
        self._unsaved = {**self._unsaved, **values}

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again; what was set aside is dropped."""
        self._unsaved = {}
        super().refresh_from_db(*args, **kwargs)

    def _take(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def message(self) -> Json | None:
        """Stripe's copy of the event; None until it is confirmed, and once it is pruned."""
        return self.validated_message if self.valid else None

    @property
    def scope(self) -> Scope:
        """The account and the mode that it belongs to."""
        context = place(self.message, "context")
        context = context if isinstance(context, str) else ""
        return Scope(self.stripe_account, livemode=self.livemode, context=context if self.stripe_account else "")

    @property
    def object(self) -> Json:
        """The object that the event carries, from Stripe's copy; empty where there is neither."""
        found: Any = place(self.message, "data.object")
        return found if isinstance(found, dict) else {}

    @property
    def previous_attributes(self) -> Json:
        """What the changed fields were before, as Stripe tells it in ``data.previous_attributes``."""
        found: Any = place(self.message, "data.previous_attributes")
        return found if isinstance(found, dict) else {}
