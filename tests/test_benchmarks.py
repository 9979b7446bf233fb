"""``make bench``, in its smallest form: a few events, on SQLite, in one process."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import report
from benchmarks.ratios import Row

ROOT = Path(__file__).parents[1]

#: What is measured in the small form, and what it is compared with.
ROWS = {
    ("floor + fetch", "floor"),
    ("signature, first delivery", "floor"),
    ("signature, change of a known object", "floor"),
    ("retrieve, first delivery", "floor + fetch"),
    ("retrieve, change of a known object", "floor + fetch"),
    ("queued, until the answer", "floor"),
    ("queued, in the worker", "floor"),
    ("duplicate of a processed event", "floor"),
    ("signature, burst of one object", "floor + fetch"),
    ("retrieve, burst of one object", "floor + fetch"),
}


@pytest.fixture(scope="module")
def printed():
    arguments = ["--events", "2", "--rounds", "1", "--starts", "0"]
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PINAX_", "COV_"))
    }
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        env=inherited,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture
def rows(printed):
    """The rows of the first table, as lists of cells."""
    table = printed.partition("### Where")[0]
    return [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][2:]


def test_every_case_has_a_row_with_a_ratio(rows):
    assert {(name, base) for name, base, *_ in rows} == ROWS
    assert all(float(ratio) > 0 for _, _, ratio, *_ in rows)


def test_statements_and_requests_are_counted(rows):
    counted = {name: (statements, requests) for name, _, _, _, _, statements, requests, _ in rows}

    assert counted["floor + fetch"] == ("1.0", "1.0")
    assert all(float(statements) >= 1 for statements, _ in counted.values())
    assert float(counted["retrieve, first delivery"][1]) >= 1
    assert counted["queued, until the answer"][1] == "0.0"


def test_the_versions_are_told(printed):
    for name in ("Python", "Django", "stripe", "Database"):
        assert f"| {name} | " in printed


def test_a_ratio_is_a_median_with_quartiles():
    row = Row("name", "base", ratios=[1, 9, 2, 4, 3])

    assert (row.ratio, row.quartiles) == (3, (2, 4))


def test_the_report_of_the_pages_has_a_row_for_each():
    page = SimpleNamespace(name="the overview", statements=16, milliseconds=31.6, cpu=29.4)

    assert report.pages([page], {"Python": "3.13"}) == [
        "| Page | Statements | ms | of which CPU |",
        "| --- | --- | --- | --- |",
        "| the overview | 16 | 32 | 29 |",
        "",
        "Python 3.13.",
    ]


def test_the_report_takes_its_place_in_the_page(tmp_path, monkeypatch):
    page = tmp_path / "costs.md"
    begin, end = report.BEGIN.format("bench"), report.END.format("bench")
    page.write_text(f"Before.\n\n{begin}\nold\n{end}\n\nAfter.\n", "utf-8")
    monkeypatch.setattr(report, "PAGE", page)

    report.write(["new"], "bench")

    assert page.read_text("utf-8") == f"Before.\n\n{begin}\n\nnew\n\n{end}\n\nAfter.\n"


@pytest.mark.parametrize("name", ["bench", "growth", "pages"])
def test_the_page_has_the_places(name):
    text = report.PAGE.read_text("utf-8")

    assert text.index(report.BEGIN.format(name)) < text.index(report.END.format(name))
