"""The registry of handler classes, one for each event type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from pinax.stripe.exceptions import HandlerClash
from pinax.stripe.signals import declare, event_type_of, unknown_event_type
from pinax.stripe.webhooks.base import UnknownEvent, Webhook

if TYPE_CHECKING:
    from pinax.stripe.catalog import EventType

Handler = type[Webhook]
HandlerT = TypeVar("HandlerT", bound=Handler)


class Registry(Mapping[str, Handler]):
    """Handler classes by event type: ``registry["invoice.paid"]``. Each type has exactly one handler.

    Most types have nothing special, and a process needs few of them: such a class is created when it is first used.
    """

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}
        self._catalog: Mapping[str, EventType] = {}

    def register(self, handler: HandlerT) -> HandlerT:
        """Register a handler class for its event type; can be used as a decorator.

        A subclass of the current handler replaces it. For a new event type, a signal is declared.

        Raises:
            HandlerClash: another class is registered, and the new one is not a subclass of it.
        """
        owner = self._known(handler.name)
        if not handler.name:
            raise HandlerClash(f"{_path(handler)} has no `name`: the event type that it handles")
        if owner is not None and not issubclass(handler, owner):
            raise HandlerClash(
                f"{handler.name!r} belongs to {_path(owner)}; {_path(handler)} can only take its place as a subclass "
                f'of it: class {handler.__name__}(registry["{handler.name}"])'
            )
        declare(handler.name)
        self._handlers[handler.name] = handler
        return handler

    def complete(self, catalog: Mapping[str, EventType]) -> None:
        """Add the event types of the catalogue that have no handler class yet, and set the descriptions."""
        self._catalog = catalog
        for name, handler in self._handlers.items():
            handler.description = handler.description or catalog[name].sentence

    def handler_for(self, kind: str) -> Handler:
        """Return the handler of an event type; `UnknownEvent` if it is not in the catalogue."""
        return self._known(kind) or UnknownEvent

    @contextmanager
    def override(self, handler: Handler) -> Iterator[None]:
        """Replace the handler of an event type temporarily, by any class; for tests."""
        owner = self[handler.name]
        self._handlers[handler.name] = handler
        try:
            yield
        finally:
            self._handlers[handler.name] = owner

    def __getitem__(self, name: str) -> Handler:
        handler = self._known(event_type_of(name))
        if handler is None:
            raise unknown_event_type(name)
        return handler

    def __contains__(self, name: object) -> bool:
        kind = event_type_of(name) if isinstance(name, str) else name
        return kind in self._handlers or kind in self._catalog

    def __iter__(self) -> Iterator[str]:
        return iter({**self._catalog, **self._handlers})

    def __len__(self) -> int:
        return len({**self._catalog, **self._handlers})

    def _known(self, kind: str) -> Handler | None:
        """Return the handler of an event type, which is created if it is in the catalogue; None if it is not."""
        row = self._catalog.get(kind)
        if row and kind not in self._handlers:
            members = {"name": kind, "action": row.action, "description": row.sentence, "__module__": __name__}
            # Another thread may have created one meanwhile: the first one stays.
            self._handlers.setdefault(kind, type(_class_name(kind), (Webhook,), members))
        return self._handlers.get(kind)


def _path(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"


def _class_name(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace("[", ".").replace("]", "").replace("_", ".").split("."))


registry = Registry()
