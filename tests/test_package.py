"""What `pip install pinax-stripe` brings."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
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
