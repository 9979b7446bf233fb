"""One handler class for each event type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from pinax.stripe.exceptions import HandlerClash
from pinax.stripe.signals import declare, unknown_event_type
from pinax.stripe.webhooks.base import UnknownEvent, Webhook

if TYPE_CHECKING:
    from pinax.stripe.catalog import EventType

Handler = type[Webhook]
HandlerT = TypeVar("HandlerT", bound=Handler)


class Registry(Mapping[str, Handler]):
    """Handler classes by event type: ``registry["invoice.paid"]``. One owner for each name."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def register(self, handler: HandlerT) -> HandlerT:
        """Make a handler class the owner of its event type; usable as a decorator.

        A subclass of the present owner takes its place. A name that nobody has named yet gets a signal.

        Raises:
            HandlerClash: another class owns the name, and this one does not extend it.
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
        """Make the handlers that nobody has written out, and describe all, each from its line of the catalogue."""
        for name, row in catalog.items():
            if name not in self._handlers:
                members = {"name": name, "action": row.action, "__module__": __name__}
                self.register(type(_class_name(name), (Webhook,), members))
            handler = self._handlers[name]
            handler.description = handler.description or row.sentence

    def handler_for(self, kind: str) -> Handler:
        """Return the handler of an event type, `UnknownEvent` for one that the catalogue does not name yet."""
        return self._handlers.get(kind, UnknownEvent)

    @contextmanager
    def override(self, handler: Handler) -> Iterator[None]:
        """Let a handler class own its event type for a while, whoever owns it otherwise; for tests."""
        owner = self[handler.name]
        self._handlers[handler.name] = handler
        try:
            yield
        finally:
            self._handlers[handler.name] = owner

    def __getitem__(self, name: str) -> Handler:
        try:
            return self._handlers[name]
        except KeyError:
            raise unknown_event_type(name) from None

    def __contains__(self, name: object) -> bool:
        return name in self._handlers

    def __iter__(self) -> Iterator[str]:
        return iter(self._handlers)

    def __len__(self) -> int:
        return len(self._handlers)


def _path(handler: Handler) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"


def _class_name(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace("[", ".").replace("]", "").replace("_", ".").split("."))


registry = Registry()
