"""The names of models, fields and results in the language of the user.

Django derives most of these names from the code, where ``makemessages`` does not see them, so ``names.txt`` lists them,
and ``event_types.txt`` the sentences of the catalogue.
They have the context "Stripe", because all apps of a project share their translations. Migrations do not change: they
have the names as the models define them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

CONTEXT: Final = "Stripe"


def translate_names() -> None:
    """Let the names of models, and the names and help texts of their fields, be translated when they are shown."""
    for model in apps.get_app_config("pinax_stripe").get_models():
        options = model._meta
        for name in ("verbose_name_plural", "verbose_name"):
            if not isinstance(options.original_attrs.get(name), Promise):  # a plural is one if Django derives it
                setattr(options, name, pgettext_lazy(CONTEXT, str(getattr(options, name))))
        for field in options.concrete_fields:
            field.verbose_name = in_words(field.verbose_name)
            if field.help_text and not isinstance(field.help_text, Promise):
                field.help_text = pgettext_lazy(CONTEXT, field.help_text)


def in_words(name: _StrOrPromise) -> _StrOrPromise:
    """Return a name, translated when it is shown: of a field or an object type, with underscores; or as people say it.

    What is marked for translation elsewhere is returned as it is.
    """
    return name if isinstance(name, Promise) else pgettext_lazy(CONTEXT, name.replace("_", " "))


def known(words: str) -> str:
    """Return the result of an action, or what an event type means, translated if it is one of this package's."""
    return pgettext(CONTEXT, words) if words else ""
