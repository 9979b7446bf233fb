"""Record what a delivery changes: all rows before and after it, and the lines in the log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model

#: Columns that change with every write, and are not shown.
UNTOLD = {"data", "as_of", "synced_at", "fetched_at"}
#: Loggers whose lines would disturb the output of the story.
TALKATIVE = ("pinax.stripe", "django", "django.server")

Values = dict[str, Any]
Rows = dict[tuple[type[Model], Any], tuple[Model, Values]]


class Change(NamedTuple):
    """A row, and the values of its columns before and after; None if it did not exist."""

    row: Model
    before: Values | None
    after: Values | None

    def __str__(self) -> str:
        return f"{self.sign}{self.model}"

    @property
    def model(self) -> str:
        """The name of the row's model."""
        return type(self.row).__name__

    @property
    def sign(self) -> str:
        """``+`` for a new row, ``~`` for a changed one, ``-`` for a deleted one or a new tombstone."""
        if self.before is None:
            return "+"
        return "-" if self.after is None or "deleted_at" in self.columns else "~"

    @property
    def columns(self) -> list[str]:
        """The columns that changed."""
        before, after = self.before or {}, self.after or {}
        return [name for name in after if name not in UNTOLD and before.get(name) != after[name]]

    @property
    def is_stub(self) -> bool:
        """Whether only the row's id is known so far."""
        return bool(getattr(self.row, "is_stub", False))


def rows() -> Rows:
    """Return all rows of the app and of the shop, including tombstones."""
    models = [*apps.get_app_config("pinax_stripe").get_models(), *apps.get_app_config("shop").get_models()]
    return {
        (model, row.pk): (row, {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields})
        for model in models
        for row in model._base_manager.order_by("pk")
    }


def changes(before: Rows, after: Rows) -> Iterator[Change]:
    """Yield the rows that have changed."""
    for key in {**after, **before}:
        then, now = before.get(key), after.get(key)
        row, _ = now or before[key]
        change = Change(row, then and then[1], now and now[1])
        if change.columns or then is None or now is None:
            yield change


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Collect the site's warnings in a list, instead of printing them."""
    lines: list[str] = []
    listener = logging.Handler(logging.WARNING)
    listener.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    handlers = [logger.handlers for logger in loggers]
    for logger in loggers:
        logger.handlers = [listener]
    try:
        yield lines
    finally:
        for logger, own in zip(loggers, handlers, strict=True):
            logger.handlers = own
