"""Find a customer's id in the JSON of rows and events, in texts, and in the bodies of rejected deliveries."""

from __future__ import annotations

import json
import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from pinax.stripe.inbox.erased import content_of
from pinax.stripe.models import RejectedDelivery
from pinax.stripe.models.primary import from_primary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

#: How many rows are read at once.
SIZE: Final = 200

_WORD: Final = re.compile(r"\w+", re.ASCII)


def mentioning(rows: QuerySet[Any], columns: tuple[str, ...], stripe_id: str) -> set[int]:
    """Return the primary keys of the rows that contain the id as a word, in JSON or text; reads all of them.

    The database narrows them down: what it finds may be part of a longer id, or differ in upper and lower case.
    """
    texts = {f"text_of_{column}": Cast(column, TextField()) for column in columns}
    written = {stripe_id, json.dumps(stripe_id)[1:-1]}  # databases differ in whether they escape what is not ASCII
    anywhere = [Q(**{f"{name}__contains": text}) for name in texts for text in written]
    found = from_primary(rows).annotate(**texts).filter(reduce(or_, anywhere)).order_by()
    word = re.compile(rf"(?<!\w){re.escape(stripe_id)}(?!\w)")
    return {
        pk
        for pk, *values in found.values_list("pk", *texts).iterator(SIZE)
        if any(word.search(string) for value in values for string in strings_in(_parsed(value)))
    }


def rejected_about(ids: set[str]) -> set[int]:
    """Return the rejected deliveries that claim or mention one of these ids, and those that cannot be searched.

    These are bodies that are cut off before their end, and those that are not JSON: compressed, in another encoding.
    """
    kept = from_primary(RejectedDelivery.objects.exclude(body="")).values_list("pk", "stripe_id", "body")
    return {pk for pk, stripe_id, body in kept.iterator(SIZE) if stripe_id in ids or _may_mention(body, ids)}


def strings_in(value: Any) -> Iterator[str]:
    """Yield every string in a JSON value, names of objects' members included."""
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            yield from one
            left += one.values()
        elif isinstance(one, list):
            left += one


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return text  # not JSON, but a text


def _may_mention(body: str, ids: set[str]) -> bool:
    try:
        content = content_of(body)
    except ValueError:
        return True
    return any(not ids.isdisjoint({string, *_WORD.findall(string)}) for string in strings_in(content))
