"""Find customers by name, e-mail address, id or invoice number, at the same cost for a few rows and for millions.

A prefix is looked up in columns in lower case. On PostgreSQL, the index is the one that Django makes for ``LIKE``
(``varchar_pattern_ops``). On MySQL, MariaDB and SQLite it is the ordinary one: the prefix is a range of values there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from django.db import connections

from pinax.stripe.models import Charge, Customer, Invoice, PaymentIntent, PaymentMethod, Subscription

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: How many customers are searched for; nobody looks through more.
MOST_FOUND: Final = 1_000
#: Models whose ids lead to their customer.
_OF_CUSTOMERS: Final = (Invoice, Subscription, Charge, PaymentIntent, PaymentMethod)
#: The columns in which a prefix is looked up.
_PREFIXED: Final = ("lowercase_name", "lowercase_family_name", "lowercase_email")
#: What looks like one of Stripe's ids.
_ID: Final = re.compile(r"[a-z]{2,8}_\w+", re.ASCII)
#: Greater than every character that a name begins with.
_LAST: Final = "\U0010ffff"


def found_by(term: str) -> set[int]:
    """Return the primary keys of the customers that a term finds, one more than `MOST_FOUND` by each column at most."""
    if "\0" in term:  # PostgreSQL rejects it, and no row has one
        return set()
    found = _keys(Customer.all_objects.filter(stripe_id=term), "pk")
    if _ID.fullmatch(term):
        for model in _OF_CUSTOMERS:
            rows: QuerySet[Any] = model.all_objects.filter(stripe_id=term)
            found |= _keys(rows, "customer_id")
        return found
    for number in {term, term.upper()}:
        found |= _keys(Invoice.all_objects.filter(number=number), "customer_id")
    prefix = " ".join(term.lower().split())
    for column in _PREFIXED:
        found |= _keys(_beginning(column, prefix), "pk")
    return found


def _beginning(column: str, prefix: str) -> QuerySet[Customer]:
    rows = Customer.all_objects.all()
    if connections[rows.db].vendor == "postgresql":
        return rows.filter(**{f"{column}__startswith": prefix})
    return rows.filter(**{f"{column}__gte": prefix, f"{column}__lt": prefix + _LAST})


def _keys(rows: QuerySet[Any], column: str) -> set[int]:
    keys = rows.order_by().values_list(column, flat=True)[: MOST_FOUND + 1]
    return {key for key in keys if key is not None}
