"""Pages of a list: the API's cursors, limits and filters."""

import json
import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from pinax.stripe.testing import errors
from pinax.stripe.testing.objects.shape import Json

Filter = Callable[[Json], bool]

#: Parameters that are not filters.
PAGING: Final = frozenset({"ending_before", "expand", "limit", "starting_after"})

#: How many members a list inside an object has; the list's own URL returns the rest.
MOST_SHOWN: Final = 10

#: Object type → lists that Stripe includes only if they are expanded, and not in events.
LEFT_OUT: Final[Mapping[str, frozenset[str]]] = {
    "checkout.session": frozenset({"line_items"}),
    "invoice": frozenset({"confirmation_secret"}),
}

#: The allowed values of ``limit``.
LIMITS: Final = range(1, 101)

#: The last part of ``created[gte]``, and how it compares.
OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def shown(obj: Mapping[str, Any], expanded: Collection[str] = ()) -> Json:
    """Return an object as Stripe renders it: with truncated lists, and without those that are not expanded."""
    hidden = LEFT_OUT.get(obj.get("object", ""), frozenset()) - set(expanded)
    return {name: _cut(value) for name, value in obj.items() if name not in hidden}


def _cut(value: Any) -> Any:
    is_list = isinstance(value, dict) and value.get("object") == "list"
    if not is_list or len(value["data"]) <= MOST_SHOWN:
        return value
    return {**value, "data": value["data"][:MOST_SHOWN], "has_more": True}


def page(kind: str, rows: Sequence[Json], query: Mapping[str, str], url: str) -> Json:
    """Return one page of ``rows``, which come newest first, as Stripe's list object.

    Source: https://docs.stripe.com/api/pagination
    """
    limit = _limit(query)
    wanted = list(_filters(kind, query))
    if "ending_before" in query:
        rows = rows[: _position(kind, rows, query, "ending_before")]
        found = _matching(rows, wanted)
        data = found[-limit:]
    else:
        if "starting_after" in query:
            rows = rows[_position(kind, rows, query, "starting_after") + 1 :]
        found = _matching(rows, wanted)
        data = found[:limit]
    return {"object": "list", "data": data, "has_more": len(found) > len(data), "url": url}


def _limit(query: Mapping[str, str]) -> int:
    limit = _integer("limit", query.get("limit", "10"))
    if limit not in LIMITS:
        raise errors.invalid_integer("limit", query["limit"])
    return limit


def _integer(param: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise errors.invalid_integer(param, value) from None


def _position(kind: str, rows: Sequence[Json], query: Mapping[str, str], param: str) -> int:
    for position, row in enumerate(rows):
        if row["id"] == query[param]:
            return position
    raise errors.no_such(kind, query[param], status=400, param=param)


def _matching(rows: Sequence[Json], wanted: Sequence[Filter]) -> list[Json]:
    return [row for row in rows if all(matches(row) for matches in wanted)]


def _filters(kind: str, query: Mapping[str, str]) -> Iterator[Filter]:
    """Yield a filter for each parameter: ``customer=…``, ``created[gte]=…``, ``types[0]=…``."""
    if kind == "subscription" and "status" not in query:
        yield lambda row: row["status"] != "canceled"
    any_type = [value for param, value in query.items() if param.startswith("types[")]
    if any_type:
        yield lambda row: row["type"] in any_type
    for param, value in query.items():
        path = re.findall(r"[^\[\]]+", param)
        if path[0] not in PAGING and path[0] != "types":
            yield _filter(kind, path, value)


def _filter(kind: str, path: list[str], value: str) -> Filter:
    if special := SPECIAL.get((kind, path[0])):
        return lambda row: special(row, value)
    if compare := OPERATORS.get(path[-1]):
        limit = _integer("[".join(path), value)
        return lambda row: compare(_at(row, path[:-1]) or 0, limit)
    return lambda row: _text(_at(row, path)) == value


def _at(row: Any, path: list[str]) -> Any:
    for key in path:
        row = row.get(key) if isinstance(row, dict) else None
    return row


def _text(value: Any) -> str:
    """Return a value as it is in a query string; an expanded object as its id."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) else json.dumps(value)


def _has_type(event: Json, pattern: str) -> bool:
    return fnmatchcase(event["type"], pattern)


def _is_delivered(event: Json, wanted: str) -> bool:
    return _text(event["pending_webhooks"] == 0) == wanted


def _has_status(subscription: Json, wanted: str) -> bool:
    ended = {"canceled", "incomplete_expired"}
    status = subscription["status"]
    return wanted in {"all", status} or (wanted == "ended" and status in ended)


def _bills(invoice: Json, wanted: str) -> bool:
    return bool(_at(invoice, ["parent", "subscription_details", "subscription"]) == wanted)


def _has_price(subscription: Json, wanted: str) -> bool:
    return any(item["price"]["id"] == wanted for item in subscription["items"]["data"])


#: Parameters that do not compare for equality.
SPECIAL: Final[Mapping[tuple[str, str], Callable[[Json, str], bool]]] = {
    ("event", "delivery_success"): _is_delivered,
    ("event", "type"): _has_type,
    ("invoice", "subscription"): _bills,
    ("subscription", "price"): _has_price,
    ("subscription", "status"): _has_status,
}
