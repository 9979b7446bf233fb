"""The points that a project may replace: a subclass of `DefaultHookSet`, named by ``PINAX_STRIPE_HOOKSET``."""

from __future__ import annotations

import json
from copy import deepcopy
from traceback import format_tb
from typing import TYPE_CHECKING, Final, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import router
from django.utils.module_loading import import_string

from pinax.stripe.conf import conf
from pinax.stripe.exceptions import RedactionFailed
from pinax.stripe.plain_json import same, value_at

#: What `redact` must leave as it is: by this, events and objects are told from each other.
_LEFT_ALONE: Final = (
    *("id", "object", "type", "account", "context", "livemode", "created", "api_version"),
    *("data.object.id", "data.object.object", "data.object.livemode"),
)

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from pinax.stripe.plain_json import Json


class DefaultHookSet:
    """What the app does where a project says nothing else."""

    def user_for_customer(self, data: Json) -> AbstractBaseUser | None:
        """Return the user whose customer it is, or None where that is not known.

        Asked inside the transaction that writes the row, for customers without a user only; a link is never replaced.
        The default looks for a user's primary key: in ``metadata["user_id"]``, and in the ``client_reference_id`` of a
        Checkout session. An error that is raised here fails the event, which is tried again.

        Args:
            data: Stripe's customer, or a completed Checkout session of theirs; ``object`` says which.
        """
        hint = value_at(data, "metadata.user_id")
        if not hint and data.get("object") == "checkout.session":
            hint = data.get("client_reference_id")
        return _user(hint)

    def wants(self, message: Json) -> bool:
        """Return whether the project wants to process an event; if not, it is recorded as skipped and answered 200.

        Asked for each delivery before it is verified: what it says may be forged. An account that is shared with other
        systems sends their events, too, for example of products that are not this project's.

        Args:
            message: the event as it was posted, after `redact`.
        """
        return True

    def redact(self, message: Json) -> Json:
        """Return an event's message as it may be kept: called for each that comes in, before anything of it is stored.

        What is taken out here reaches no table, no receiver and no error. The same message must always give the same
        result, and its own result must come back as it is: an object inside another one is shown by itself, too. The
        id, the type, the account, the mode and the moment must stay, and so must ``data.object.id``,
        ``data.object.object`` and ``data.object.livemode``. Where this raises an error or changes one of those,
        nothing is stored, and the delivery is answered 503.

        Objects that are fetched or imported come here too, in a message that has an empty ``id`` and ``type`` and
        ``data.object``. It may be changed in place.

        Args:
            message: an event, as Stripe or a stranger sent it; ``data.object`` may be missing.
        """
        return message


def hookset() -> DefaultHookSet:
    """Return the project's hookset."""
    return cast("DefaultHookSet", import_string(conf.HOOKSET)())


def redacts() -> bool:
    """Whether the project takes anything out of messages; a hookset that cannot be made might."""
    try:
        kind = type(hookset())
    except Exception:  # noqa: BLE001  (a project's class may raise anything; `redacted` reports it)
        return True
    return getattr(kind, "redact", DefaultHookSet.redact) is not DefaultHookSet.redact


def redacted(message: Json) -> Json:
    """Return an event's message without what the project does not want to keep.

    Raises:
        RedactionFailed: the project's hook raised an error, or changed what tells an event from others; or there is no
            such hookset.
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
        raise failure  # out here: what the hook says may quote what it was to take out, and so do its frames
    changed = [path for path in _LEFT_ALONE if not same(value_at(kept, path), value_at(message, path))]
    if changed or not isinstance(kept, dict):
        raise RedactionFailed(f"{conf.HOOKSET}.redact changed {', '.join(changed)}")
    return kept


def redacted_object(data: Json) -> Json:
    """Return an object that no event brought, as `redacted` would leave it inside one.

    Raises:
        RedactionFailed: the project's hook raised an error, or changed what tells an object from others.
    """
    kept: Json = redacted({"id": "", "object": "event", "type": "", "data": {"object": data}})["data"]["object"]
    return kept


def _user(identifier: object) -> AbstractBaseUser | None:
    """Return the user of a primary key that somebody wrote down as text; whatever is none finds nobody."""
    if isinstance(identifier, bool) or not isinstance(identifier, (str, int)) or identifier == "":
        return None
    model = get_user_model()
    try:
        key = model._meta.pk.to_python(identifier)
        if isinstance(key, int) and str(key) != str(identifier):
            return None  # Python takes "1_0" for 10
        # Not from a replica, which may not know yet who has just signed up.
        user = model._default_manager.using(router.db_for_write(model)).filter(pk=key).first()
    except (ValidationError, ValueError, TypeError, OverflowError):
        return None
    return user if user is not None and user.pk == key else None  # a database may take "Ada" for "ada"
