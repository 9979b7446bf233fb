"""Link customers to the users that a predecessor knows; one that has no row yet gets a stub."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction

from pinax.stripe.inbox.transactions import database, retry_on_conflict
from pinax.stripe.models import Customer
from pinax.stripe.models.primary import from_primary
from pinax.stripe.operations.adopt.old_rows import Leftover, OldCustomer
from pinax.stripe.platforms import account_of
from pinax.stripe.scope import Scope
from pinax.stripe.sync.lookup import primary_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinax.stripe.operations.adopt.leftovers import Leftovers
    from pinax.stripe.operations.adopt.old_rows import Source
    from pinax.stripe.operations.adopt.run import Run

ANOTHER_USER: Final = "the customer has another user here"
UNKNOWN_USER: Final = "there is no such user"


class _Row(NamedTuple):
    """The row of a customer; without a key if it is still to be created."""

    pk: int | None
    stripe_account: str
    livemode: bool
    user: Any


def link_customers(source: Source, livemode: bool, leftovers: Leftovers, run: Run) -> Counter[str]:
    """Link the customers that have a user there. A customer that has a user here keeps it.

    Args:
        source: the predecessor's tables.
        livemode: the mode of customers whose mode the predecessor does not know.
        leftovers: what cannot be linked is added to them.
        run: the options.

    Returns:
        the number of customers by result: ``linked``, ``known``, ``without a user``, ``left over``.
    """
    counts: Counter[str] = Counter()
    for page in source.customers(run.size):
        found, left = _link(page, livemode, dry_run=run.dry_run)
        counts += found
        leftovers.add(left)
        run.report(counts)
    return counts


@retry_on_conflict
def _link(page: Sequence[OldCustomer], livemode: bool, *, dry_run: bool) -> tuple[Counter[str], list[Leftover]]:
    counts: Counter[str] = Counter()
    users = _users(page)
    left = []
    wanted: list[tuple[OldCustomer, Any]] = []
    for old in page:
        user = users.get(str(old.user))
        if user is not None:
            wanted.append((old, user))
        elif old.user is None:
            counts["without a user"] += 1
        else:
            left.append(_left_over(old, UNKNOWN_USER))
    with transaction.atomic(database(), durable=True):
        rows = _rows([old for old, _ in wanted], livemode, dry_run=dry_run)
        linked = []
        for (old, user), row in zip(wanted, rows, strict=True):
            if row.user is None:
                linked.append(Customer(pk=row.pk, user_id=user))
            elif row.user == user:
                counts["known"] += 1
            else:
                left.append(_left_over(old, ANOTHER_USER))
        if linked and not dry_run:
            from_primary(Customer.all_objects.filter(user__isnull=True)).bulk_update(linked, ["user"])
    counts["linked"] += len(linked)
    counts["left over"] += len(left)
    return counts, left


def _users(page: Sequence[OldCustomer]) -> dict[str, Any]:
    """Return the keys of the users that exist, by how the driver returns them."""
    users, key = get_user_model()._base_manager, get_user_model()._meta.pk
    wanted: dict[str, Any] = {}
    for raw in {old.user for old in page} - {None}:
        with suppress(ValidationError):
            wanted[str(raw)] = key.to_python(raw)
    known = set(from_primary(users.filter(pk__in=set(wanted.values()))).values_list("pk", flat=True))
    return {text: user for text, user in wanted.items() if user in known}


def _rows(customers: Sequence[OldCustomer], livemode: bool, *, dry_run: bool) -> list[_Row]:
    """Return the row of each customer; those that are missing are created, as stubs."""
    ids = {old.stripe_id for old in customers}
    found = from_primary(Customer.all_objects.filter(stripe_id__in=ids)).order_by()
    rows: defaultdict[tuple[str, str], list[_Row]] = defaultdict(list)
    for stripe_id, pk, account, mode, user in found.values_list(
        "stripe_id", "pk", "stripe_account", "livemode", "user_id"
    ):
        rows[stripe_id, account].append(_Row(pk, account, mode, user))
    chosen = [_chosen(old, rows[old.stripe_id, _account(old)]) for old in customers]
    missing: defaultdict[Scope, set[str]] = defaultdict(set)
    for old, known in zip(customers, chosen, strict=True):
        if known is None:
            missing[_scope(old, livemode)].add(old.stripe_id)
    made = {
        (stripe_id, scope): _Row(pk, scope.stripe_account, scope.livemode, None)
        for scope, names in missing.items()
        for stripe_id, pk in _stubs(names, scope, dry_run=dry_run).items()
    }
    return [known or made[old.stripe_id, _scope(old, livemode)] for old, known in zip(customers, chosen, strict=True)]


def _stubs(ids: set[str], scope: Scope, *, dry_run: bool) -> dict[str, int | None]:
    if dry_run:
        return dict.fromkeys(ids)
    keys = primary_keys([(Customer, stripe_id) for stripe_id in sorted(ids)], scope)
    return {stripe_id: keys[Customer, stripe_id] for stripe_id in ids}


def _chosen(old: OldCustomer, rows: Sequence[_Row]) -> _Row | None:
    """Return the row of a customer: the one of its mode, or the only one if its mode is not known."""
    if old.livemode is not None:
        rows = [row for row in rows if row.livemode is old.livemode]
    return rows[0] if len(rows) == 1 else None


def _account(old: OldCustomer) -> str:
    return old.stripe_account or account_of(old.platform)


def _scope(old: OldCustomer, livemode: bool) -> Scope:
    mode = livemode if old.livemode is None else old.livemode
    return Scope(_account(old), livemode=mode, platform=old.platform)


def _left_over(old: OldCustomer, reason: str) -> Leftover:
    return Leftover("customer", old.stripe_id, old.stripe_account, old.user, reason)
