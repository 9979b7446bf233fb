"""The report of ``stripe_sync --compare``: a few lines for each row that differs, or a line of JSON.

The values of fields, which can be personal, are written to standard output only, and never logged.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.management.base import OutputWrapper

    from pinax.stripe.imports.drift.comparison import DriftStats
    from pinax.stripe.imports.drift.findings import Finding

#: How many fields of a row the text names, and how many characters of each value it shows; JSON has all.
MOST_FIELDS: Final = 20
MOST_CHARACTERS: Final = 80


def check_drift_options(options: dict[str, Any]) -> None:
    """Check that the options of a comparison do not contradict each other, or those of an import.

    Raises:
        CommandError: they do.
    """
    if not options["compare"]:
        alone = next((name for name in ("repair", "sample", "json") if options[name]), None)
        if alone:
            raise CommandError(f"--{alone} needs --compare")
        return
    writing = ("stubs", "incomplete", "prune_missing", "restart", "dry_run")
    others = [f"--{name.replace('_', '-')}" for name in writing if options[name]]
    if others:
        raise CommandError(
            f"--compare and {' and '.join(others)} cannot be combined: --compare writes nothing, "
            "and with --repair what differs"
        )
    if options["sample"] and options["since"]:
        raise CommandError("--sample and --since cannot be combined: a sample is chosen from all rows")


class DriftReport:
    """Writes findings as they come.

    Args:
        out: standard output.
        as_json: whether to write a JSON object for each finding and each list, one on a line.
        repairs: whether findings are repaired.
    """

    def __init__(self, out: OutputWrapper, *, as_json: bool, repairs: bool) -> None:
        self.out = out
        self.as_json = as_json
        self.repairs = repairs

    def found(self, finding: Finding, repaired: bool) -> None:
        """Write a finding."""
        if self.as_json:
            self._write_json(_facts(finding) | ({"repaired": repaired} if self.repairs else {}))
            return
        inside = f" of {finding.parent}" if finding.parent else ""
        done = f": {'repaired' if repaired else 'not repaired'}" if self.repairs else ""
        name = f"{finding.object_type} {finding.stripe_id}{inside} ({finding.scope})"
        self._write(f"{name}: {finding.what}{done}")
        for one in finding.differences[:MOST_FIELDS]:
            self._write(f"  {one.field}: here {_shown(one.here)}, at Stripe {_shown(one.there)}")
        more = len(finding.differences) - MOST_FIELDS
        if more > 0:
            self._write(f"  and {more} more fields")

    def total(self, stats: DriftStats) -> None:
        """Write the numbers of a comparison."""
        if self.as_json:
            numbers = {"repaired": stats.repaired, "left": stats.left, "failed": stats.failed}
            self._write_json({"list": stats.name, "pages": stats.pages, "counts": dict(stats.counts), **numbers})
        else:
            self._write(str(stats))

    def _write_json(self, facts: dict[str, Any]) -> None:
        self.out.write(json.dumps(facts, cls=DjangoJSONEncoder))

    def _write(self, line: str) -> None:
        self.out.write(_printable(line))


def check_result(stats: Sequence[DriftStats], *, repairs: bool, unusable: int = 0) -> None:
    """End the command with exit code 1 if anything differs, or could not be compared.

    Args:
        stats: the numbers of all comparisons.
        repairs: whether what differs was to be repaired.
        unusable: how many platforms could not be compared.

    Raises:
        CommandError: something does.
    """
    left, failed = sum(one.left for one in stats), sum(one.failed for one in stats) + unusable
    words = []
    if left:
        rows = "1 row differs" if left == 1 else f"{left} rows differ"
        words.append(f"{rows} from Stripe{'' if repairs else '; --repair writes what Stripe has'}.")
    if failed:
        words.append(f"{failed} failed; run the same command again to retry them.")
    if words:
        raise CommandError(" ".join(words))


def _facts(finding: Finding) -> dict[str, Any]:
    return {
        "what": finding.what,
        "object": finding.object_type,
        "id": finding.stripe_id,
        "account": finding.scope.stripe_account,
        "livemode": finding.scope.livemode,
        "parent": finding.parent,
        "fields": [{"field": one.field, "here": one.here, "stripe": one.there} for one in finding.differences],
    }


def _shown(value: Any) -> str:
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _printable(text: str) -> str:
    """Return a line in which what a terminal would act on, or show out of order, is escaped."""
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)
