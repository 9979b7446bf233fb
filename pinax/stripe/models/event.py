"""Stripe's events, as delivered and as confirmed by Stripe."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from jsonfield import JSONField

from pinax.stripe.event_json import changes_in, is_thin, object_in
from pinax.stripe.models import fields
from pinax.stripe.models.event_indexes import CONSTRAINTS, INDEXES
from pinax.stripe.models.event_queryset import EventQuerySet
from pinax.stripe.models.transitions import Transitions
from pinax.stripe.plain_json import value_at
from pinax.stripe.scope import Scope

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from pinax.stripe.plain_json import Json


class SkipCause(models.TextChoices):
    """Why an event is only recorded."""

    NO_KEY = "no key", _("no key for its mode")
    SWITCHED_OFF = "switched off", _("its type is switched off")
    NOT_WANTED = "not wanted", _("the hook wants() did not want it")


class Event(Transitions):
    """A Stripe event. There is one row for each event, however often and in whichever form it is delivered.

    Stripe can send the same event as a snapshot event and as a thin event, its twin. Both are one row, whose
    ``stripe_id`` is the id of the snapshot event, and whose ``thin_id`` is that of the thin event. If there is only a
    thin event, the row has its id in both columns.

    ``valid`` has three states. None: the event has not been verified yet. True: Stripe's API confirms it (or, with
    ``VALIDATION = "signature"``, its signature does). False: Stripe's copy differs, and ``verification_note`` says how.
    Only a valid event can be ``processed``: its object is synced and all receivers have succeeded. If ``synced_at`` is
    set and the event is not processed, a receiver has failed and is called again; the work of the others is kept.
    ``next_attempt_at`` is when the event is attempted next; it is empty if it is processed, invalid, skipped or given
    up.

    Source: https://docs.stripe.com/api/events/object
    """

    stripe_id = fields.StripeId(verbose_name=_("id"), help_text=_("The event's id at Stripe, evt_…"))
    thin_id = fields.StripeId(  # type: ignore[misc]  # a nullable one has no type of its own
        _("id of the thin event"),
        null=True,
        blank=True,
        help_text=_("The id under which Stripe sends it as a thin event; empty if that is not known."),
    )
    kind = models.CharField(_("kind"), max_length=255, db_index=True, help_text=_("The event type, e.g. invoice.paid."))
    platform = models.CharField(
        _("platform"),
        max_length=100,
        blank=True,
        default="",
        help_text=_("The platform with whose keys it is verified; empty for the default one."),
    )
    stripe_account = fields.StripeId(
        _("account"),
        blank=True,
        default="",
        help_text=_("The account it belongs to; empty for the default platform itself."),
    )
    livemode = models.BooleanField(
        _("live mode"), help_text=_("True for live mode, false for test mode and sandboxes.")
    )
    api_version = models.CharField(
        _("API version"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("The API version in which the object is rendered."),
    )
    created = models.DateTimeField(_("created"), help_text=_("When it happened, by Stripe's clock."))
    request_id = models.CharField(
        _("request"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("The API request that caused it, req_…."),
    )

    object_type = models.CharField(
        _("object type"), max_length=255, blank=True, default="", help_text=_("The type of its object, e.g. invoice.")
    )
    object_id = fields.StripeId(_("object id"), blank=True, default="", help_text=_("The id of its object."))
    customer = models.ForeignKey(
        "Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        db_index=False,  # the index with ``created`` serves it, too
        related_name="events",
        help_text=_("The customer that its object names; set when it is processed."),
    )

    webhook_message = JSONField(
        _("webhook message"), help_text=_("The body that was posted, which may be forged; empty once pruned.")
    )
    signed = models.BooleanField(
        _("signed"), default=False, help_text=_("Whether the delivery was signed with a webhook secret.")
    )
    signed_by = models.CharField(
        _("signed by"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("The label of the webhook secret that signed the delivery; never the secret itself."),
    )
    validated_message = JSONField(
        _("validated message"),
        null=True,
        blank=True,
        help_text=_("Stripe's own copy, if it differs from what was posted. See Event.message."),
    )
    pruned_at = models.DateTimeField(
        _("pruned at"), null=True, blank=True, help_text=_("When its messages were blanked; the other columns stay.")
    )

    valid = models.BooleanField(
        _("valid"),
        null=True,
        blank=True,
        help_text=_("Whether Stripe confirms the event; unknown until it is verified."),
    )
    verification_note = models.TextField(
        _("verification note"), blank=True, default="", help_text=_("How the event was verified, and the result.")
    )
    skipped = models.BooleanField(
        _("skipped"),
        default=False,
        help_text=_("Only recorded: its type is switched off, its mode has no key, or it was given up and erased."),
    )
    skip_cause = models.CharField(
        _("skip cause"),
        max_length=20,
        choices=SkipCause.choices,
        blank=True,
        default="",
        help_text=_("Why it was only recorded; empty if it is not skipped."),
    )
    processed = models.BooleanField(_("processed"), default=False, help_text=_("Synced, and all receivers succeeded."))
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True, help_text=_("When it was processed."))
    attempts = models.PositiveIntegerField(_("attempts"), default=0, help_text=_("The number of attempts."))
    failures = models.PositiveIntegerField(
        _("failures"),
        default=0,
        help_text=_("The number of failed attempts, except those that failed at Stripe; too many, and it is given up."),
    )
    synced_at = models.DateTimeField(
        _("synced at"),
        null=True,
        blank=True,
        help_text=_("When its object was written, if a receiver failed afterwards."),
    )
    next_attempt_at = models.DateTimeField(
        _("next attempt at"),
        null=True,
        blank=True,
        help_text=_("When stripe_process attempts it again, unless it is processed before."),
    )
    given_up_at = models.DateTimeField(
        _("given up at"),
        null=True,
        blank=True,
        help_text=_("When it was given up, because it had failed too often."),
    )

    received_at = models.DateTimeField(_("received at"), auto_now_add=True, help_text=_("When it was first posted."))
    deliveries = models.PositiveIntegerField(
        _("deliveries"),
        default=1,
        help_text=_("The number of deliveries, except rejected ones; 0 if it was never delivered."),
    )
    receivers = models.JSONField(
        _("receivers"),
        default=dict,
        blank=True,
        help_text=_("The receivers that succeeded in the last attempt, with the duration of each in seconds."),
    )

    answer = models.JSONField(
        _("answer"), null=True, blank=True, help_text=_("What was answered, if Stripe asked a question with the event.")
    )

    objects = EventQuerySet.as_manager()

    SkipCause = SkipCause

    class Meta:
        """Newest first; never processed without being valid."""

        db_table = "pinaxstripe_event"
        ordering: ClassVar[list[str]] = ["-created", "-pk"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        permissions: ClassVar[list[tuple[str, _StrOrPromise]]] = [
            ("view_payload", _("Can view the content of deliveries and error messages")),
        ]
        indexes = INDEXES
        constraints = CONSTRAINTS

    def __str__(self) -> str:
        return f"{self.kind} {self.stripe_id}"

    @property
    def is_pending(self) -> bool:
        """Whether it still has to be processed, as `EventQuerySet.pending` selects events."""
        return not (self.processed or self.skipped or self.valid is False)

    @property
    def message(self) -> Json | None:
        """Stripe's copy of the event; None if the event is not confirmed, or pruned."""
        if not self.valid or self.pruned_at:
            return None
        copy: Json | None = self.webhook_message if self.validated_message is None else self.validated_message
        return copy

    @property
    def scope(self) -> Scope:
        """The account and mode of the event."""
        context = value_at(self.message, "context")
        context = context if isinstance(context, str) else ""
        context = context if self.stripe_account else ""
        return Scope(self.stripe_account, livemode=self.livemode, platform=self.platform, context=context)

    @property
    def object(self) -> Json:
        """The event's object, from Stripe's copy; empty if there is none.

        Of a thin event, it is only the object's type and id; the receivers' ``instance`` has its current state.
        """
        return object_in(self.message)

    @property
    def previous_attributes(self) -> Json:
        """The previous values of the changed fields; empty if there are none."""
        before: Json = self.changes["before"]
        return before

    @property
    def changes(self) -> Json:
        """The changed fields of the object: ``{"before": {...}, "after": {...}}``; the same for both forms of events.

        Each of the two is empty if there are no such values, for example ``before`` of an object that was created.
        """
        return changes_in(self.message)

    @property
    def is_thin(self) -> bool:
        """Whether Stripe's copy is a thin event, which only references its object."""
        return is_thin(self.message)
