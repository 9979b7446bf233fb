"""Describe what a delivery has changed, from the rows of the database and not from the story."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.apps import apps

from pinax.stripe.models import Event, EventProcessingException, EventReceipt, RejectedDelivery, StripeObject
from pinax.stripe.money import to_major_units
from pinax.stripe.testing.exchange import Request
from playing import Seen, state_of
from shop.models import Tally
from watching import Change

#: Columns with the name and the amount of a row; the first that has a value is used.
NAMES: Final = ("name", "business_name", "number", "object_type")
AMOUNTS: Final = ("amount", "unit_amount", "total", "amount_total")
#: Columns that describe a change best, in order of preference.
TELLING: Final = ("status", "email", "amount_refunded", "deauthorized_at", "until", "sold_in_id")
#: How many characters of an id are shown after its prefix.
SHOWN: Final = 4


def told(seen: Seen) -> list[str]:
    """Return what has changed, which receivers were called, and which requests were sent to Stripe."""
    rows = [change for change in seen.changes if not isinstance(change.row, Event | Tally)]
    phrases = [_phrase(change) for change in rows if not change.is_stub]
    stubs = [change.model for change in rows if change.is_stub]
    if stubs:
        phrases.append(f"+ {' and '.join(stubs)}, by id only")
    if not phrases:
        phrases.append(_nothing(seen))
    phrases += [f"called: {', '.join(sent.receivers)}" for sent in seen.sent]
    if seen.asked:
        phrases.append(f"asked: {_requests(seen.asked)}")
    return phrases


def summary(asked: list[Request]) -> dict[str, str]:
    """Return a summary of the final state."""
    events = Event.objects.all()
    delivered = sum(event.deliveries for event in events)
    refused, errors = RejectedDelivery.objects.count(), EventProcessingException.objects.count()
    counted = sum(tally.times for tally in Tally.objects.all())
    models = [model for model in apps.get_app_config("shop").get_models() if model is not Tally]
    shop = [f"{model.__name__} {_label(row)}" for model in models for row in model.objects.all()]
    return {
        "Events": f"{len(events)}, delivered {delivered} times: {_counted(Counter(map(state_of, events)))}",
        "Also recorded": f"{refused} rejected deliveries, {errors} errors",
        "Stripe's objects": _counted(_objects()),
        "The shop's own": ", ".join([*shop, f"{counted} events counted"]),
        "Sent to Stripe": f"{len(asked)} requests: {_requests(asked)}",
    }


def _phrase(change: Change) -> str:
    row, before = change.row, change.before or {}
    if isinstance(row, RejectedDelivery | EventProcessingException | EventReceipt):
        return _kept(row)
    said = f"{change.sign} {change.model} {_label(row)}"
    if change.sign == "-":
        return f"{said}, a tombstone now"
    if before.get("synced_at", row) is None:
        return f"{said}, until now by id only"
    if change.sign == "~":
        best = min(change.columns, key=lambda name: TELLING.index(name) if name in TELLING else len(TELLING))
        return f"{said}: {_difference(row, best, before[best])}"
    return said


def _kept(row: RejectedDelivery | EventProcessingException | EventReceipt) -> str:
    if isinstance(row, RejectedDelivery):
        return f"recorded, not processed: {row.reason.partition(':')[0]}"
    if isinstance(row, EventProcessingException):
        return f"recorded with its event, which is {state_of(row.event)}: {row.message}"
    return f"succeeded, and is not called again: {row.receiver.rpartition('.')[2]}"


def _nothing(seen: Seen) -> str:
    if seen.event is None:
        return f"nothing recorded · logged: {seen.log[0]}" if seen.log else "nothing recorded"
    counted = {("deliveries",), ("deliveries", "thin_id")}
    again = [one for one in seen.changes if isinstance(one.row, Event) and tuple(sorted(one.columns)) in counted]
    return f"nothing new: delivery {seen.event.deliveries} of a processed event" if again else "no row changed"


def _difference(row: Any, column: str, before: Any) -> str:
    after, name = getattr(row, column), column.removesuffix("_id")
    if before is None:
        return f"{name} is set"
    if isinstance(after, datetime):
        return f"{name} is {'later' if after > before else 'earlier'}"
    if name.startswith("amount"):
        before, after = _money(before, row.currency), _money(after, row.currency)
    return f"{name} {before} → {after}"


def _label(row: Any) -> str:
    """Return a row's id, and its name and amount if it has them."""
    if not isinstance(row, StripeObject):
        return f'"{row}"'
    prefix, _, rest = row.stripe_id.rpartition("_")
    known = vars(row)
    words = [f"{prefix}_{rest[:SHOWN]}…" if prefix and len(rest) > SHOWN else row.stripe_id]
    words += [known[name] for name in NAMES if known.get(name)][:1]
    words += [_money(known[name], known["currency"]) for name in AMOUNTS if known.get(name) is not None][:1]
    return " ".join(words)


def _money(amount: int, currency: str) -> str:
    return f"{to_major_units(amount, currency)} {currency.upper()}"


def _requests(asked: Iterable[Request]) -> str:
    times = Counter(
        _thing(request.path)
        + (" with the live key" if request.livemode else "")
        + (" in the account" if request.account else "")
        for request in asked
    )
    return ", ".join(thing if often == 1 else f"{thing} {often} times" for thing, often in times.items())


def _thing(path: str) -> str:
    """Return what a path of the API is about: ``event`` of ``/v1/events/evt_…``."""
    name = path.split("/")[3 if path.startswith("/v2/core/") else 2].removesuffix("s")
    return f"thin {name}" if path.startswith("/v2/") else name


def _objects() -> dict[str, int]:
    models = [model for model in apps.get_app_config("pinax_stripe").get_models() if issubclass(model, StripeObject)]
    return {model.__name__: model.all_objects.count() for model in models}


def _counted(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items() if number)
