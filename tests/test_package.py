"""What `pip install pinax-stripe` brings."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.release.installing import PAIRS

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
BUILT_FROM = ["pyproject.toml", "setup.py", "README.md", "LICENSE"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "pinax", folder / "pinax", ignore=shutil.ignore_patterns("__pycache__"))
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        "dist",
    ]
    subprocess.run([*build, "."], cwd=folder, check=True, capture_output=True)
    (built,) = (folder / "dist").glob("pinax_stripe-*.whl")
    with ZipFile(built) as archive:
        yield archive


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "pinax").rglob("*") if path.is_file()}
    ours = {name for name in ours if "__pycache__" not in name}

    assert ours <= set(wheel.namelist())
    assert "pinax/stripe/py.typed" in ours
    assert "pinax/stripe/migrations/0001_version_5.py" in ours
    assert any(name.startswith("pinax/stripe/templates/") for name in ours)


def test_the_namespace_stays_open(wheel):
    assert "pinax/__init__.py" not in wheel.namelist()


def test_nothing_but_the_package_is_in_the_wheel(wheel):
    assert {name.partition("/")[0].partition("-")[0] for name in wheel.namelist()} == {"pinax", "pinax_stripe"}


def test_it_needs_no_more_than_four_packages(wheel):
    (metadata,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
    text = wheel.read(metadata).decode()
    required = set(re.findall(r"^Requires-Dist: ([\w-]+)(?!.*; extra ==)", text, re.MULTILINE))

    assert required == {"django", "stripe", "django-appconf", "jsonfield"}
    assert "Summary: Every Stripe event, recorded, verified, synced and signalled, once" in text


def test_the_links_of_the_page_at_the_package_index_lead_to_the_repository(wheel):
    (metadata,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
    links = re.findall(r"(!?)\[[^\]]*\]\(([^)]+)\)", wheel.read(metadata).decode().partition("\n\n")[2])
    repository = "https://github.com/pinax/pinax-stripe"

    assert len(links) > 20
    for picture, target in links:
        assert target.startswith(f"{repository}/{'raw' if picture else 'blob'}/"), target


def numbers_after(prefix):
    """Return the versions that the classifiers name, as ``3.11``."""
    found = {name.removeprefix(prefix) for name in PROJECT["classifiers"] if name.startswith(prefix)}
    return {number for number in found if re.fullmatch(r"\d+\.\d+", number)}


def test_the_classifiers_the_readme_and_tox_name_the_versions_that_are_installed_for_a_release():
    readme = (ROOT / "README.md").read_text("utf-8").partition("## Supported versions\n")[2].strip().splitlines()[0]
    tox = (ROOT / "tox.ini").read_text("utf-8")
    pythons, djangos, stripes = ({pair[number] for pair in PAIRS} for number in range(3))

    assert numbers_after("Programming Language :: Python :: ") == pythons
    assert numbers_after("Framework :: Django :: ") == djangos
    assert re.match(r"Python ([\d., ]+)\. Django ([\d., ]+)\. stripe-python (\d+) to (\d+)\.", readme).groups() == (
        ", ".join(sorted(pythons)),
        ", ".join(sorted(djangos)),
        min(stripes),
        max(stripes),
    )
    assert {*re.findall(r"django(\d)(\d): ", tox)} == {tuple(django.split(".")) for django in djangos}
    assert {*re.findall(r"stripe(\d+): ", tox)} == stripes
    assert f"stripe>={min(stripes)},<{int(max(stripes)) + 1}" in PROJECT["dependencies"]
    assert PROJECT["requires-python"] == f">={min(pythons)}"


def test_the_licence_the_status_and_the_types_are_named(wheel):
    (metadata,) = (name for name in wheel.namelist() if name.endswith("METADATA"))
    text = wheel.read(metadata).decode()

    assert "License-Expression: MIT" in text
    assert "License-File: LICENSE" in text
    assert "MIT License" in (ROOT / "LICENSE").read_text("utf-8")
    assert "Classifier: Typing :: Typed" in text
    assert text.count("Classifier: Development Status ::") == 1


def test_the_version_stands_in_one_place():
    code = [*(ROOT / "pinax").rglob("*.py"), ROOT / "setup.py", ROOT / "docs/conf.py"]

    assert [path for path in code if PROJECT["version"] in path.read_text("utf-8")] == []
