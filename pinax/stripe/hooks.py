"""The points that a project may replace: a subclass of `DefaultHookSet`, named by ``PINAX_STRIPE_HOOKSET``."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import router
from django.utils.module_loading import import_string

from pinax.stripe.conf import conf
from pinax.stripe.plain_json import place

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
        hint = place(data, "metadata.user_id")
        if not hint and data.get("object") == "checkout.session":
            hint = data.get("client_reference_id")
        return _user(hint)


def hookset() -> DefaultHookSet:
    """Return the project's hookset."""
    return cast("DefaultHookSet", import_string(conf.HOOKSET)())


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
