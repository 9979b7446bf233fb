"""Write what differs, by the same sync that imports use, which never writes an older copy over a newer row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from pinax.stripe.exceptions import ConcurrentUpdate
from pinax.stripe.imports.drift.findings import compare_rows
from pinax.stripe.imports.importer import written
from pinax.stripe.models.primary import primary
from pinax.stripe.sync.bulk_write import LEFT_ALONE
from pinax.stripe.sync.freshness import Change
from pinax.stripe.sync.write import write

if TYPE_CHECKING:
    from pinax.stripe.imports.drift.findings import Compared, Finding


def repaired(compared: Compared) -> list[Finding]:
    """Write an object that was just fetched, or tombstone its row; return what differs after that.

    Nothing differs if another process has written the row meanwhile: it is newer.

    Raises:
        DatabaseError: the database does not accept the object.
        RedactionFailed: the project's hook failed for an object inside it.
    """
    snapshot = compared.snapshot
    if snapshot.deleted:
        try:
            with transaction.atomic(primary(snapshot.model), durable=True):
                write(Change(compared.row, snapshot))
        except ConcurrentUpdate:
            return []
    elif written([snapshot])[LEFT_ALONE]:
        return []
    return compare_rows([snapshot], written=True)[0].findings
