"""The parts of the reference that are made from the code, and committed: ``make reference`` writes them.

In a page, such a part is between two comments: ``<!-- generated: event types -->``, ``<!-- end of event types -->``.
"""

from __future__ import annotations

import inspect
import re
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.apps import apps
from django.db.models import BooleanField, Field, ForeignKey, ForeignObjectRel, Model, QuerySet

if __name__ == "__main__":
    django.setup()  # the models need a project around them: DJANGO_SETTINGS_MODULE names it

from pinax.stripe.catalog import CATALOG, EventType
from pinax.stripe.models import Event, OtherObject, StripeObject
from pinax.stripe.models.fields import FromStripe
from pinax.stripe.models.querysets import StripeObjectQuerySet
from pinax.stripe.webhooks import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

DOCS = Path(__file__).parents[1]

#: Types of columns, in words.
HOLDS = {
    "Amount": "amount, in minor units",
    "BigIntegerField": "integer",
    "BooleanField": "boolean",
    "CharField": "text",
    "DateTimeField": "datetime",
    "Flag": "boolean or None",
    "Fraction": "decimal",
    "JSONField": "JSON",
    "LongText": "long text",
    "Lowercase": "text",
    "Number": "integer",
    "PositiveIntegerField": "integer",
    "StripeId": "id",
    "Text": "text",
    "TextField": "long text",
    "Timestamp": "datetime",
}

#: How Stripe sends an event type, in words.
SENT = {
    "snapshot": "snapshot",
    "thin": "thin only",
    "both": "snapshot or thin",
    "v2": "thin (v2)",
    "legacy": "no longer (retired)",
}


def event_rows() -> list[tuple[str, str, str, str, str]]:
    """Return a row for each event type: its name, its objects, what is done, how it is sent, what it says."""
    return [
        (
            f"`{name}`",
            ", ".join(f"`{kind}`" for kind in row.objects) or "none",
            what_is_done(row),
            SENT[row.form],
            row.sentence,
        )
        for name, row in CATALOG.items()
    ]


def what_is_done(row: EventType) -> str:
    """Return what becomes of a row, as the type's own handler answers."""
    found = {}
    for kind in row.objects:
        event = Event(kind=row.name, created=datetime.now(tz=UTC), livemode=False, valid=True)
        event.validated_message = {"data": {"object": {"object": kind, "id": "id"}}}
        snapshot = registry[row.name](event).snapshot()
        if snapshot is not None:
            found[link(snapshot.model)] = "deleted" if snapshot.deleted else "synced"
    return ", ".join(f"{model} {verb}" for model, verb in found.items()) or "signal only"


def event_types() -> str:
    """Return the tables of all event types, one for each family."""
    head = ("Event type", "Object", "What is done", "How it is sent", "Meaning")
    parts = []
    for family, rows in groupby(event_rows(), key=lambda row: row[0].strip("`").partition(".")[0]):
        parts += [f"### {family}", "", ":::{table}", ":class: event-types", "", *table(head, rows), ":::", ""]
    return "\n".join(parts)


def own_handlers() -> str:
    """Return a table of the handlers that are more than their line of the catalogue."""
    rows = []
    for name, handler in registry.items():
        overridden = [vars(handler)[verb] for verb in ("snapshot", "sync") if verb in vars(handler)]
        if overridden:
            rows.append((f"`{name}`", first_line(handler), " ".join(map(first_line, overridden))))
    return "\n".join(table(("Event type", "Meaning", "What its handler does"), rows))


def synced_models() -> str:
    """Return a section for each model of a Stripe object, with its columns and where they come from."""
    return "\n".join(line for model in sorted(models_of(StripeObject), key=by_name) for line in synced_model(model))


def synced_model(model: type[StripeObject]) -> Iterator[str]:
    """Yield the lines of one model's section."""
    yield from (f"### {model.__name__}", "", paragraph(model), "")
    if model.stripe_object:
        paths = ", ".join(f"`{path}`" for path in model.stripe_paths)
        yield f"Keeps: `{model.stripe_object}`. " + (f"Fetched from {paths}." if paths else "Never fetched on its own.")
        yield ""
    inherited = {field.name for field in StripeObject._meta.get_fields()}
    columns = [column for column in model._meta.get_fields() if column.name not in {"id", *inherited} and own(column)]
    if columns:
        yield from table(("Column", "Type", "Taken from"), [column_row(column) for column in columns])
        yield ""
    for children in model.stripe_children:
        names = ", ".join(f"[{name}](#{name.lower()})" for name in children.models)
        yield f"`{children.name}` are its rows of {names}, taken from `{children.path}`."
        yield ""
    yield from members(model, StripeObject, queries_of(model), StripeObjectQuerySet)


def column_row(column: Field[Any, Any]) -> tuple[str, str, str]:
    """Return a column's name, what it holds, and the places that it is taken from."""
    if not isinstance(column, FromStripe):
        return f"`{column.name}`", holds(column), str(column.help_text)
    return f"`{column.name}`", holds(column), ", ".join(f"`{path}`" for path in column.sources)


def common_columns() -> str:
    """Return the table of the columns that every synced object has."""
    return "\n".join(field_table(StripeObject._meta.get_fields()))


def common_members() -> str:
    """Return what every synced object and every query of them can say."""
    return "\n".join(members(StripeObject, Model, StripeObjectQuerySet, QuerySet))


def plain_models() -> str:
    """Return a section for each model that is not a Stripe object: events, errors, rejected deliveries."""
    lines = []
    for model in sorted(set(models_of(Model)) - set(models_of(StripeObject)), key=by_name):
        lines += [f"### {model.__name__}", "", paragraph(model), "", *field_table(model._meta.get_fields())]
        lines += ["", *members(model, Model, queries_of(model), QuerySet)]
    return "\n".join(lines)


def field_table(columns: Iterable[Any]) -> Iterator[str]:
    """Yield a table of columns with their help texts and the values that they can have."""
    rows = []
    for column in columns:
        if own(column) and column.name != "id":
            values = ", ".join(f"`{value}`" for value, _ in column.choices or ())
            rows.append((f"`{column.name}`", holds(column), f"{column.help_text} {values}".strip()))
    return table(("Column", "Type", "Meaning"), rows)


def members(
    model: type[Model], base: type[Model], queries: type[QuerySet[Any]], known: type[QuerySet[Any]]
) -> Iterator[str]:
    """Yield the members of a model and its querysets that their bases do not have, each with its first line."""
    rows = [(f"`.{name}`", text) for name, text in documented(model, base)]
    rows += [(f"`.objects.{name}(…)`", text) for name, text in documented(queries, known)]
    if rows:
        yield from table(("Member", "Result"), rows)
        yield ""


def documented(cls: type, base: type) -> Iterator[tuple[str, str]]:
    """Yield the public properties and methods that ``cls`` has and ``base`` has not."""
    for owner in cls.__mro__[: cls.__mro__.index(base)] if base in cls.__mro__ else ():
        for name, member in vars(owner).items():
            function = member.fget if isinstance(member, property) else member
            if inspect.isfunction(function) and not name.startswith("_") and function.__doc__:
                yield name, first_line(function)


def queries_of(model: type[Model]) -> type[QuerySet[Any]]:
    """Return the class of the queries that the model's default manager makes."""
    return type(model._default_manager.all())


def models_of(base: type[Model]) -> list[type[Any]]:
    """Return the app's models that extend ``base``."""
    return [model for model in apps.get_app_config("pinax_stripe").get_models() if issubclass(model, base)]


def own(column: Any) -> bool:
    """Whether a column is the model's own, not the other end of another model's."""
    return not isinstance(column, ForeignObjectRel)


def holds(column: Field[Any, Any]) -> str:
    """Return the kind of a column, or the model that it points at."""
    if isinstance(column, ForeignKey):
        target = column.remote_field.model
        if isinstance(target, str):
            target = apps.get_model("pinax_stripe", target)
        return link(target) if target._meta.app_label == "pinax_stripe" else "the project's user"
    if isinstance(column, BooleanField) and column.null:
        return HOLDS["Flag"]
    return HOLDS[type(column).__name__]


def link(model: type[Model]) -> str:
    """Return a link to a model's section."""
    return f"[{model.__name__}](models.md#{model.__name__.lower()})"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def paragraph(thing: Any) -> str:
    """Return the docstring of a model as Markdown."""
    text = (inspect.getdoc(thing) or "").replace("``", "`")
    return re.sub(r"Source: (https://\S+)", r"[Stripe's description](\1).", text)


def first_line(thing: Any) -> str:
    """Return the first line of a docstring as Markdown."""
    return paragraph(thing).partition("\n")[0]


def by_name(model: type[Model]) -> str:
    """Sort models by their names, the one for everything else last."""
    return "~" if model is OtherObject else model.__name__


PARTS: dict[str, Callable[[], str]] = {
    make.__name__.replace("_", " "): make
    for make in (event_types, own_handlers, common_columns, common_members, synced_models, plain_models)
}


def filled(page: str) -> str:
    """Return the text of a page with its generated parts as the code makes them now."""
    for name, make in PARTS.items():
        begin, end = f"<!-- generated: {name} -->", f"<!-- end of {name} -->"
        if begin in page:
            before, _, rest = page.partition(begin)
            page = f"{before}{begin}\n\n{make().strip()}\n\n{end}{rest.partition(end)[2]}"
    return page


def main() -> None:
    """Write the generated parts of the reference."""
    for path in sorted((DOCS / "reference").glob("*.md")):
        page = path.read_text("utf-8")
        if filled(page) != page:
            path.write_text(filled(page), "utf-8")


if __name__ == "__main__":
    main()
