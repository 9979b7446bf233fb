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
    """Handler classes by event type: ``registry["invoice.paid"]``. Each type has exactly one handler."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def register(self, handler: HandlerT) -> HandlerT:
        """Register a handler class for its event type; can be used as a decorator.

        A subclass of the current handler replaces it. For a new event type, a signal is declared.

        Raises:
            HandlerClash: another class is registered, and the new one is not a subclass of it.
        """
        owner = self._handlers.get(handler.name)
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
        """Create the handlers that are not defined explicitly, and set the descriptions, from the catalogue."""
        for name, row in catalog.items():
            if name not in self._handlers:
                members = {"name": name, "action": row.action, "__module__": __name__}
                self.register(type(_class_name(name), (Webhook,), members))
            handler = self._handlers[name]
            handler.description = handler.description or row.sentence

    def handler_for(self, kind: str) -> Handler:
        """Return the handler of an event type; `UnknownEvent` if it is not in the catalogue."""
        return self._handlers.get(kind, UnknownEvent)

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
        try:
            return self._handlers[event_type_of(name)]
        except KeyError:
            raise unknown_event_type(name) from None

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and event_type_of(name) in self._handlers

    def __iter__(self) -> Iterator[str]:
        return iter(self._handlers)

    def __len__(self) -> int:
        return len(self._handlers)


def _path(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"


def _class_name(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace("[", ".").replace("]", "").replace("_", ".").split("."))


registry = Registry()
