"""CONTRIBUTING.md is true: the files that it names exist, and its examples are the code's."""

import re
import textwrap
from pathlib import Path

import pytest

from pinax.stripe.catalog import CATALOG
from pinax.stripe.conf import PinaxStripeAppConf

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PROSE = re.sub(r"^ *```.*?^ *```$", "", TEXT, flags=re.MULTILINE | re.DOTALL)
#: What is written as code and is a path: it has a slash, or it is a file at the top.
PATHS = sorted(set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|toml))`", PROSE)))
EXAMPLES = [textwrap.dedent(found[1]) for found in re.findall(r"^( *)```python\n(.*?)^ *```$", TEXT, re.M | re.S)]
#: The sections, and how many places each of them lists.
SECTIONS = {
    title: len(re.findall(r"^\d+\. ", body, re.MULTILINE))
    for title, body in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_exists(path):
    assert (ROOT / path).is_dir() if path.endswith("/") else (ROOT / path).is_file()


def test_the_paths_in_commands_exist():
    commands = re.findall(r"^ *```sh\n(.*?)^ *```$", TEXT, re.MULTILINE | re.DOTALL)

    found = {path for command in commands for path in re.findall(r"\b(?:pinax|tests)/[\w./-]+", command)}

    assert found
    assert [path for path in found if not (ROOT / path).exists()] == []


def test_many_paths_are_found():
    assert {"CHANGELOG.md", "pyproject.toml", "pinax/stripe/migrations/", "pinax/stripe/catalog.py"} <= set(PATHS)
    assert len(PATHS) > 25


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_compiles(example):
    assert compile(example, "CONTRIBUTING.md", "exec", dont_inherit=True)


def test_each_kind_of_change_has_a_section_and_a_typed_model_takes_five_places():
    kinds = ["an event type", "a column", "a typed model", "a system check", "a finding of the doctor", "a setting"]
    kinds += ["a dispatcher", "a translated text"]

    assert [title for title in SECTIONS if title.startswith("How to")] == [f"How to add {kind}" for kind in kinds]
    assert SECTIONS["How to add a typed model"] <= 5


def test_what_it_shows_of_the_catalogue_and_the_settings_is_there():
    name, *objects, sentence = re.search(r'^ *\("(.*?)", "(.*?)", "both", "(.*?)"\),$', TEXT, re.MULTILINE).groups()

    assert (CATALOG[name].objects, CATALOG[name].sentence) == (tuple(objects), sentence)
    assert "EVENT_RETENTION_DAYS: int | None = None" in TEXT
    assert PinaxStripeAppConf._meta.defaults["PINAX_STRIPE_EVENT_RETENTION_DAYS"] is None


def test_the_readme_leads_to_it():
    assert "](CONTRIBUTING.md)" in (ROOT / "README.md").read_text("utf-8")


def test_nothing_of_the_projects_own_is_mocked():
    sources = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]

    assert len(sources) > 200
    assert [path for path in sources if re.search(r"\bmock\b|\bmocker\b", path.read_text("utf-8"))] == []
