"""Every finding has its heading in the documentation, and a test that plants its fault."""

import re
from pathlib import Path

from pinax.stripe.operations.doctor.finding import DIAGNOSES
from tests.operations.doctor import test_planted_faults, test_planted_site_faults

PAGE = (Path(__file__).parents[3] / "docs/reference/doctor.md").read_text("utf-8")
#: What is planted by other means than a function of the two tables.
ELSEWHERE = {"database.isolation", "database.time_zones", "database.sqlite_locks"}


def test_every_finding_has_a_heading_and_every_heading_a_finding():
    listed = re.findall(r"^## (\w+\.\w+)$", PAGE, re.MULTILINE)

    assert len(listed) == len(set(listed))
    assert set(listed) == set(DIAGNOSES)


def test_every_heading_is_followed_by_the_fault_its_consequence_and_its_cure():
    sections = re.findall(r"^## \w+\.\w+\n\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)

    for section in sections:
        fault, *others = section.strip().split("\n\n")
        assert fault.startswith("**")
        assert fault.endswith("**")
        assert len(others) >= 2


def test_every_finding_is_planted_once():
    site, others = test_planted_site_faults.PLANTED, test_planted_faults.PLANTED

    assert not site.keys() & others.keys()
    assert site.keys() | others.keys() | ELSEWHERE == DIAGNOSES.keys()
    assert len(DIAGNOSES) > 50


def test_every_finding_says_why_it_matters():
    for diagnosis in DIAGNOSES.values():
        assert diagnosis.why.endswith("."), diagnosis.id
