"""The extra fields of log records are those that the documentation lists."""

import ast
import logging
import re
from pathlib import Path

import pytest

import pinax.stripe
from pinax.stripe.signals import any_event
from pinax.stripe.testing import build

ROOT = Path(__file__).parents[1]
MODULES = sorted(Path(pinax.stripe.__file__).parent.rglob("*.py"))
CALLS = [
    (path, node)
    for path in MODULES
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.Call)
]
#: What every record has.
PLAIN = {*vars(logging.makeLogRecord({})), "message", "asctime"}


@pytest.fixture(scope="module")
def listed():
    """The rows of the table: the logger and the field."""
    page = (ROOT / "docs/how-to/monitoring.md").read_text("utf-8")
    return re.findall(r"^\| `([\w.]+)` \| `(\w+)` \|", page, re.MULTILINE)


def calls(name):
    """The calls of a function or method of that name, with the module."""
    return [(path, node) for path, node in CALLS if getattr(node.func, "attr", getattr(node.func, "id", "")) == name]


def test_there_is_one_logger_and_the_table_names_it(listed):
    names = {call.args[0].value for _, call in calls("getLogger")} - {"stripe"}  # whose bodies are not logged

    assert names == {logger for logger, _ in listed} == {"pinax.stripe"}


@pytest.mark.django_db
def test_the_record_of_an_attempt_has_the_fields_of_the_table(stripe, post_event, connect, caplog, listed):
    caplog.set_level(logging.INFO, logger="pinax.stripe")
    connect(any_event, lambda event, **kwargs: 1 / (event.kind != "customer.updated"))
    for kind in ("customer.created", "customer.updated"):
        post_event(stripe.event(kind, build("customer")))
    post_event(stripe.event("customer.created", build("customer"), store=False) | {"id": "evt_forged"})

    records = [record for record in caplog.records if record.name == "pinax.stripe"]

    assert [record.event_outcome for record in records] == ["processed", "to be tried again", "rejected"]
    for record in records:
        assert [name for name in vars(record) if name not in PLAIN] == [field for _, field in listed]


def test_no_other_line_has_fields():
    methods = ("debug", "info", "warning", "error", "exception", "critical", "log")
    found = {
        path.name
        for method in methods
        for path, call in calls(method)
        if any(keyword.arg == "extra" for keyword in call.keywords)
    }

    assert found == {"reporting.py"}
