"""Move rows of `OtherObject` to a new typed model, in a data migration.

No request is sent to Stripe: the columns are read from the stored ``data``.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps as current_apps
from django.db import transaction

from pinax.stripe.scope import Scope
from pinax.stripe.sync.lookup import FoundRows, by_model
from pinax.stripe.sync.mapping import targets_of, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

    from pinax.stripe.models import StripeObject
    from pinax.stripe.plain_json import Json
    from pinax.stripe.sync.lookup import Target

#: How many rows are moved in one transaction.
BATCH: Final = 500

#: Columns that are copied unchanged.
_COPIED: Final = ("stripe_id", "stripe_account", "livemode", "as_of", "fetched_at", "synced_at", "deleted_at")


def move_other_objects(model_name: str) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    """Return the code of a ``RunPython`` that moves rows of `OtherObject` to a typed model.

    Put it into a migration of its own, after the one that creates the model's table::

        class Migration(migrations.Migration):
            atomic = False  # one transaction for each batch
            dependencies = [("pinax_stripe", "0002_meter")]
            operations = [migrations.RunPython(move_other_objects("Meter"))]

    Each batch is one transaction, in which its rows are also deleted from `OtherObject`: a migration that was
    interrupted can be run again. If the typed model already has a row for the object, the newer copy wins. An erased
    row stays erased: ``erased_at`` is copied, and the model's ``personal`` columns are left empty.

    The children of a moved object get no rows. If it has any, its row is marked as ``incomplete``, so that
    ``stripe_sync --incomplete`` fetches them.

    Args:
        model_name: the typed model; rows whose ``object_type`` is its ``stripe_object`` are moved.

    Raises:
        ProtectedError: (when it is run) another table has rows that reference a row of the batch.
    """

    def move(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        model: type[StripeObject] = current_apps.get_model("pinax_stripe", model_name)
        mover = _Mover(model, apps, schema_editor.connection.alias)
        while mover.move_batch():
            pass

    return move


class _Mover:
    """Moves rows, using the historical models of a migration.

    Historical models have plain fields only, so the current model reads the values from ``data``. Only the columns
    that the historical model has are written.
    """

    def __init__(self, model: type[StripeObject], apps: Apps, alias: str) -> None:
        self.model = model
        self.apps = apps
        self.alias = alias
        self.others = self._rows("OtherObject").filter(object_type=model.stripe_object)
        self.typed: Any = apps.get_model("pinax_stripe", model.__name__)
        self.columns = {field.attname for field in self.typed._meta.concrete_fields}
        self.names = {field.name for field in self.typed._meta.concrete_fields}
        self.reached = 0

    def move_batch(self) -> bool:
        """Move the next rows; returns whether there were any."""
        with transaction.atomic(self.alias):
            batch = list(self.others.filter(pk__gt=self.reached).select_for_update().order_by("pk")[:BATCH])
            if not batch:
                return False
            self.reached = batch[-1].pk
            movable = [row for row in batch if row.data is None or self.model.identify(row.data) == row.stripe_id]
            for (stripe_account, livemode), rows in groupby(sorted(movable, key=_home), key=_home):
                self._move(list(rows), Scope(stripe_account, livemode=livemode))
            self.others.filter(pk__in=[row.pk for row in movable]).delete()
            return True

    def _move(self, rows: Sequence[Any], scope: Scope) -> None:
        """Write the typed rows of one account and mode."""
        same = self._rows(self.model.__name__).filter(stripe_account=scope.stripe_account, livemode=scope.livemode)
        ids = [row.stripe_id for row in rows]
        before = {row.stripe_id: row for row in same.filter(stripe_id__in=ids).select_for_update()}
        copies = [_newer(row, before.get(row.stripe_id)) for row in rows]
        found = self._found({target for copy in copies for target in self._targets(copy.data)}, scope)
        new = []
        for row, copy in zip(rows, copies, strict=True):
            existing = before.get(row.stripe_id)
            values = self._values(copy, found, row.erased_at or (existing and existing.erased_at))
            if existing is None:
                new.append(self.typed(**values))
            else:
                self._rows(self.model.__name__).filter(pk=existing.pk).update(**self._lasting(values, existing))
        self._rows(self.model.__name__).bulk_create(new)

    def _values(self, copy: Any, found: FoundRows, erased_at: datetime | None) -> dict[str, Any]:
        values = {name: getattr(copy, name) for name in _COPIED}
        values["erased_at"] = erased_at
        values["incomplete"] = copy.incomplete
        if copy.data is not None:
            values |= values_of(self.model, copy.data, found, erased_at)
            values["incomplete"] |= any(declaration.read(copy.data) for declaration in self.model.stripe_children)
        return {name: value for name, value in values.items() if name in self.columns}

    def _lasting(self, values: dict[str, Any], existing: Any) -> dict[str, Any]:
        """Return the values except those that would clear a lasting column."""
        lasting = {column.attname for column in self.model.columns() if column.lasting} & values.keys()
        kept = {name for name in lasting if not values[name] and getattr(existing, name)}
        return {name: value for name, value in values.items() if name not in kept}

    def _targets(self, data: Json | None) -> Iterable[Target]:
        """Return the rows that an object references with columns that the historical model has."""
        names = {reference.related_model for reference in self.model.references() if reference.name in self.names}
        return [target for target in targets_of(self.model, data or {}) if target[0] in names]

    def _found(self, targets: set[Target], scope: Scope) -> FoundRows:
        """Return the primary keys of referenced rows; missing rows are created as stubs."""
        found = FoundRows()
        for model, ids in by_model(targets).items():
            home = {"stripe_account": model.home_of(scope), "livemode": scope.livemode}
            rows = self._rows(model.__name__)
            known = set(rows.filter(stripe_id__in=ids, **home).values_list("stripe_id", flat=True))
            stubs = [rows.model(stripe_id=stripe_id, **home) for stripe_id in ids if stripe_id not in known]
            rows.bulk_create(stubs, ignore_conflicts=True)
            states = rows.filter(stripe_id__in=ids, **home).values_list("stripe_id", "pk", "erased_at")
            for stripe_id, pk, erased_at in states:
                found[model, stripe_id] = pk
                if erased_at:
                    found.erased.add((model, stripe_id))
        return found

    def _rows(self, name: str) -> Any:
        """Return all rows of a historical model, including tombstones."""
        return self.apps.get_model("pinax_stripe", name)._base_manager.using(self.alias)


def _home(row: Any) -> tuple[str, bool]:
    return row.stripe_account, row.livemode


def _newer(row: Any, existing: Any) -> Any:
    """Return the one with the later `as_of`."""
    if existing is None or existing.as_of is None:
        return row
    return existing if row.as_of is None or existing.as_of >= row.as_of else row
