"""Hooks that a project can override, in a subclass of `DefaultHookSet` that ``PINAX_STRIPE_HOOKSET`` names."""

from __future__ import annotations

import json
import logging
from copy import deepcopy
from dataclasses import dataclass, field
from traceback import format_tb
from typing import TYPE_CHECKING, Final, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import router
from django.utils.module_loading import import_string

from pinax.stripe.conf import conf, labelled, mask
from pinax.stripe.exceptions import RedactionFailed
from pinax.stripe.plain_json import same, value_at

#: Fields that `redact` must not change, because they identify events and objects.
_UNCHANGEABLE: Final = (
    *("id", "object", "type", "account", "context", "livemode", "created", "api_version"),
    *("data.object.id", "data.object.object", "data.object.livemode"),
    *("related_object.id", "related_object.type", "snapshot_event"),
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.contrib.auth.base_user import AbstractBaseUser

    from pinax.stripe.monitoring import Alert, CheckIn
    from pinax.stripe.plain_json import Json

logger = logging.getLogger("pinax.stripe")


@dataclass(frozen=True)
class Platform:
    """A Stripe account of the project besides the default one, with its keys and secrets, which are never shown.

    Attributes:
        account: its id, ``acct_…``; its own objects are stored under it.
        secret_key: as ``PINAX_STRIPE_SECRET_KEY``.
        test_secret_key: as ``PINAX_STRIPE_TEST_SECRET_KEY``.
        webhook_secrets: as ``PINAX_STRIPE_WEBHOOK_SECRETS``, of the endpoints at ``webhook/<name>/``.
    """

    account: str
    secret_key: str = field(default="", repr=False)
    test_secret_key: str | None = field(default=None, repr=False)
    webhook_secrets: Sequence[str] | Mapping[str, str] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Mask the keys and secrets wherever errors are stored, logged or shown."""
        mask(self.secret_key, self.test_secret_key, *(secret for _, secret in labelled(self.webhook_secrets)))


class DefaultHookSet:
    """The default behavior of the hooks."""

    def user_for_customer(self, data: Json) -> AbstractBaseUser | None:
        """Return the project's user for a customer, or None if it is unknown.

        Called inside the transaction that writes the row, only for customers without a user; a link is never replaced.
        The default reads the user's primary key from ``metadata["user_id"]``, or from the ``client_reference_id`` of a
        Checkout session. If the hook raises an error, the event fails and is retried.

        Args:
            data: Stripe's customer, or a customer's completed Checkout session; see its ``object``.
        """
        hint = value_at(data, "metadata.user_id")
        if not hint and data.get("object") == "checkout.session":
            hint = data.get("client_reference_id")
        return _user(hint)

    def wants(self, message: Json) -> bool:
        """Return whether the project wants to process an event; if not, it is recorded as skipped and answered 200.

        Called for each delivery before it is verified, so the message may be forged. If an account is shared with other
        systems, Stripe sends events of their objects, too, for example of products that are not this project's.

        Args:
            message: the event as it was posted, after `redact`.
        """
        return True

    def platform(self, name: str) -> Platform | None:
        """Return a platform by its name; None if there is none. The default reads ``PINAX_STRIPE_PLATFORMS``.

        Anybody can cause a call, by posting to ``webhook/<name>/``. Each answer is remembered for a minute. If the hook
        raises an error, the delivery is answered 503.

        Args:
            name: up to 100 letters, digits, hyphens and underscores.
        """
        given = conf.PLATFORMS.get(name)
        return None if given is None else Platform(**{key.lower(): value for key, value in given.items()})

    def platforms(self) -> Iterable[str]:
        """Return the names of all platforms besides the default one, for commands that go through all of them."""
        return list(conf.PLATFORMS)

    def redact(self, message: Json) -> Json:
        """Return an event's message without data that must not be stored; called before anything of it is stored.

        Data that is removed here reaches no table, receiver or error. The hook must be deterministic and idempotent,
        because an object inside another one is redacted by itself, too. It must not change the event's ``id``,
        ``object``, ``type``, ``account``, ``context``, ``livemode``, ``created`` and ``api_version``, nor
        ``data.object.id``, ``data.object.object`` and ``data.object.livemode``, nor a thin event's ``snapshot_event``,
        ``related_object.id`` and ``related_object.type``. If it raises an error or changes one
        of these, nothing is stored, and the delivery is answered 503.

        Objects that are fetched or imported are passed, too, as ``data.object`` of a message with an empty ``id`` and
        ``type``. The message may be changed in place.

        Args:
            message: an event, which may be forged; ``data.object`` may be missing.
        """
        return message

    def check_in(self, check_in: CheckIn) -> None:
        """Report to a monitor that ``stripe_process`` or ``stripe_reconcile`` runs, has finished or has failed.

        Called outside transactions, at the start and at the end of a run, and once a minute in between. The command
        waits for it, so give requests a time-out. An error that it raises is logged, and has no other effect.
        """

    def alert(self, findings: Sequence[Alert]) -> None:
        """Report what ``stripe_status`` warns of: alerts that are new or have another level, and resolved ones.

        Called by ``stripe_process``, and by ``stripe_status --alert``, outside transactions, once for each change. The
        command waits for it, so give requests a time-out. An error that it raises is logged; the same findings are then
        reported again after a minute.

        Args:
            findings: at least one; ``resolved`` says whether it is a resolved one.
        """


def hookset() -> DefaultHookSet:
    """Return the project's hookset."""
    return cast("DefaultHookSet", import_string(conf.HOOKSET)())


def redacts() -> bool:
    """Whether the project overrides `redact`; true if the hookset cannot be instantiated."""
    return overrides("redact")


def overrides(name: str) -> bool:
    """Whether the project overrides a hook; true if the hookset cannot be instantiated."""
    try:
        kind = type(hookset())
    except Exception:  # noqa: BLE001  (a project's class may raise anything; who calls the hook reports it)
        return True
    default = getattr(DefaultHookSet, name)
    return getattr(kind, name, default) is not default


def notify(name: str, *args: object) -> bool:
    """Call a hook that only reports, and return whether it succeeded; an error that it raises is logged."""
    if not overrides(name):
        return True
    try:
        getattr(hookset(), name)(*args)
    except Exception:
        logger.exception("%s.%s raised an error", conf.HOOKSET, name)
        return False
    return True


def redacted(message: Json) -> Json:
    """Return an event's message as the project's `redact` hook returns it.

    Raises:
        RedactionFailed: the hook raised an error, or changed a field that identifies the event; or the hookset cannot
            be instantiated.
    """
    if not redacts():
        return message
    failure = None
    try:
        kept = hookset().redact(deepcopy(message))
        json.dumps(kept, allow_nan=False)
    except Exception as error:  # noqa: BLE001  (a hook may raise anything)
        failure = RedactionFailed(f"{conf.HOOKSET}.redact raised {type(error).__name__}")
        failure.add_note("".join(format_tb(error.__traceback__)))
    if failure:
        raise failure  # not chained: the hook's error and its frames may contain the data to be removed
    changed = [path for path in _UNCHANGEABLE if not same(value_at(kept, path), value_at(message, path))]
    if changed or not isinstance(kept, dict):
        raise RedactionFailed(f"{conf.HOOKSET}.redact changed {', '.join(changed)}")
    return kept


def redacted_object(data: Json) -> Json:
    """Return a fetched or imported object as `redacted` returns it inside an event.

    Raises:
        RedactionFailed: the project's hook raised an error, or changed a field that identifies the object.
    """
    kept: Json = redacted({"id": "", "object": "event", "type": "", "data": {"object": data}})["data"]["object"]
    return kept


def _user(identifier: object) -> AbstractBaseUser | None:
    """Return the user with a primary key, which may be given as text; None if there is none."""
    if isinstance(identifier, bool) or not isinstance(identifier, (str, int)) or identifier == "":
        return None
    model = get_user_model()
    try:
        key = model._meta.pk.to_python(identifier)
        if isinstance(key, int) and str(key) != str(identifier):
            return None  # Python reads "1_0" as 10
        # Not from a replica, on which a new user may still be missing.
        user = model._default_manager.using(router.db_for_write(model)).filter(pk=key).first()
    except (ValidationError, ValueError, TypeError, OverflowError):
        return None
    return user if user is not None and user.pk == key else None  # for some databases, "Ada" equals "ada"
