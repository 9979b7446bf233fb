"""The indexes of events; each is there for the query that its comment names.

They are not written as ``db_index`` and ``unique``, because Django then adds an index for ``LIKE`` on PostgreSQL, which
no query uses. MySQL and MariaDB have no partial indexes (those with a condition): there, the index that begins with
``valid`` finds the same events, and others that are not confirmed.
"""

from __future__ import annotations

from typing import Final

from django.db import models
from django.db.models import Q

INDEXES: Final[list[models.Index]] = [
    # the admin's list and its chart
    models.Index(fields=["created"], name="pinaxstripe_event_created"),
    # stripe_status: what was received in the last day
    models.Index(fields=["received_at"], name="pinaxstripe_event_received_at"),
    # stripe_process: what is due; stripe_status: what is pending
    models.Index(fields=["next_attempt_at"], name="pinaxstripe_event_next_attempt"),
    # stripe_status and stripe_replay: what is given up
    models.Index(fields=["given_up_at"], name="pinaxstripe_event_given_up"),
    # invalid events: the admin's list, and those to prune; the newest confirmed one in stripe_status
    models.Index(fields=["valid", "created"], name="pinaxstripe_event_valid"),
    # the events of a customer, newest first
    models.Index(fields=["customer", "created"], name="pinaxstripe_event_customer"),
    # the events of a named platform, in the admin and in stripe_replay
    models.Index(fields=["platform", "created"], condition=~Q(platform=""), name="pinaxstripe_event_platform"),
    # the admin's search and filter by account
    models.Index(fields=["stripe_account"], name="pinaxstripe_event_account"),
    # `EventQuerySet.about`, and the admin's search by the id of an object
    models.Index(fields=["object_id"], name="pinaxstripe_event_object"),
    # the admin's search by the id of an API request
    models.Index(fields=["request_id"], name="pinaxstripe_event_request"),
    # events without a key for their mode in stripe_status
    models.Index(fields=["skip_cause"], name="pinaxstripe_event_skip_cause"),
    # processed events whose messages stripe_prune blanks
    models.Index(fields=["pruned_at", "processed_at"], name="pinaxstripe_event_prune"),
    # signed events that Stripe contradicts in stripe_status
    models.Index(fields=["received_at"], condition=Q(valid=False, signed=True), name="pinaxstripe_event_signed_false"),
    # events that nobody can confirm any more, which stripe_prune deletes
    models.Index(
        fields=["received_at"], condition=Q(valid__isnull=True, signed=False), name="pinaxstripe_event_unconfirmed"
    ),
    # skipped events: those that stripe_prune deletes, those of the last day in stripe_status, the admin's filter
    models.Index(fields=["skipped", "received_at"], name="pinaxstripe_event_skipped"),
]

CONSTRAINTS: Final[list[models.BaseConstraint]] = [
    # each delivery is looked up by them
    models.UniqueConstraint(fields=["stripe_id"], name="pinaxstripe_event_once"),
    models.UniqueConstraint(fields=["thin_id"], name="pinaxstripe_event_thin_once"),
    models.CheckConstraint(
        # A check passes if its condition is NULL, so "valid is NULL" has to be excluded explicitly.
        condition=Q(processed=False) | Q(valid=True, valid__isnull=False),
        name="pinaxstripe_event_processed_is_valid",
    ),
]
