"""The names of the API's operations, as stripe-python's services and methods are called."""

from typing import Final
from urllib.parse import unquote_plus

from pinax.stripe.testing.routes import COLLECTIONS, SINGLETONS

#: What is done to an object by a POST below its path: /v1/invoices/in_…/pay.
VERBS: Final = frozenset(
    """
    accept apply attach cancel capture close confirm detach disable enable expire finalize increment_authorization
    mark_uncollectible migrate pause pay ping reject release resume reverse send verify_microdeposits void
    """.split()
)
#: Method → what it does to a list, and to an object.
METHODS: Final = {"GET": ("list", "retrieve"), "POST": ("create", "update"), "DELETE": ("delete", "delete")}

#: What can only be created, and so has no route.
CREATED_ONLY: Final = (
    *("account_links", "account_sessions", "billing/meter_events", "billing_portal/sessions", "customer_sessions"),
)

#: How many parts of a path of API v2 name the collection: core/events.
V2_LENGTH: Final = 2


def operation_of(method: str, path: str) -> str:
    """Return what a request does: ``POST /v1/invoices/in_1/pay`` is ``invoices.pay``.

    Cancelling a subscription is ``subscriptions.cancel``, as in stripe-python.
    """
    root, *parts = path.strip("/").split("/")
    length = _length_of_collection(parts) if root == "v1" else V2_LENGTH
    name, rest = ".".join(parts[:length]), parts[length:]
    to_list, to_object = METHODS.get(method, METHODS["POST"])
    if not rest:
        return f"{name}.{'retrieve' if name in SINGLETONS else to_list}"
    if len(rest) == 1:
        return f"{name}.{'cancel' if (method, name) == ('DELETE', 'subscriptions') else to_object}"
    if method == "POST" and rest[1] in VERBS:
        return f"{name}.{rest[1]}"
    return f"{name}.{rest[1]}.{to_object if rest[2:] else to_list}"


def ids_in(path: str) -> list[str]:
    """Return the ids in a path of API v1: ``/v1/customers/cus_1/sources/card_1`` has two."""
    parts = [unquote_plus(part) for part in path.strip("/").split("/")[1:]]
    return parts[_length_of_collection(parts) :][::2]


def _length_of_collection(parts: list[str]) -> int:
    """Return how many parts of a path name the collection."""
    for length in range(len(parts), 0, -1):
        name = "/".join(parts[:length])
        if name in COLLECTIONS or name in CREATED_ONLY:
            return length
    return 1
