"""Each attack in the docs has its test, and each test that is named there is one."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ATTACKS = ROOT / "docs/explanation/attacks.md"
POLICY = ROOT / "SECURITY.md"
#: What the table must speak of, in its own words.
WORDS = """forge, tamper, replay, poisoning before, poisoning after, key confusion, timing, flood, amplification,
    mass storage, xss, ssrf, log injection, gzip, chunked, deep nesting, one key"""


def rows(page):
    """The rows of a page's tables, as lists of cells, without headings."""
    for line in page.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and not re.fullmatch(r"[| -]+", line) and cells[0] not in {"attack", "who", "what"}:
            yield cells


def names_in(path):
    """The names of a file's tests, with their class where they have one, and of its classes."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    for node in tree.body:
        yield getattr(node, "name", "")
        for inner in node.body if isinstance(node, ast.ClassDef) else ():
            yield f"{node.name}::{getattr(inner, 'name', '')}"


@pytest.mark.parametrize("row", list(rows(ATTACKS)), ids=lambda row: row[0][:40])
def test_an_attack_has_a_test_that_is_there(row):
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::([\w:]+))?`", row[-1])

    assert named
    for path, name in named:
        assert (ROOT / path).is_file(), path
        assert not name or name in set(names_in(path)), f"{path}::{name}"


@pytest.mark.parametrize("word", re.split(r",\s+", WORDS))
def test_no_known_attack_is_left_out(word):
    assert any(word in row[0].lower() for row in rows(ATTACKS))


def test_the_policy_names_files_that_are_there():
    text = POLICY.read_text("utf-8")
    tests = re.findall(r"`(tests/[\w/]+\.py|docs/[\w/-]+\.md)`", text)
    modules = re.findall(r"`([a-z_/]+(?:\.py|/))`", text)

    assert len(set(tests)) > 8
    assert [path for path in tests if not (ROOT / path).is_file()] == []
    assert [path for path in set(modules) - set(tests) if not (ROOT / "pinax/stripe" / path).exists()] == []


@pytest.mark.parametrize("target", re.findall(r"`make (\w+)", POLICY.read_text("utf-8")))
def test_the_policy_names_commands_that_are_there(target):
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_the_rules_that_make_bandit_needless_are_on_for_the_package():
    import tomllib

    lint = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["lint"]
    off = [pattern for pattern, rules in lint["per-file-ignores"].items() if "S" in rules]

    assert "S" in lint["select"]
    assert [pattern for pattern in off if "pinax" in pattern or pattern.startswith("*")] == []
