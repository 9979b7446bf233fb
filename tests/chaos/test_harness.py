"""A small run of the harness, on the database of the tests; with Celery where there is a broker."""

import os
import re
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import connection

from .plan import Plan

EVENTS = 150


@pytest.fixture
def dispatcher():
    """Celery on PostgreSQL, where somebody listens at the broker's address: in CI, somebody has to."""
    if connection.vendor != "postgresql":
        return "inline"
    place = urlsplit(Plan().broker)
    with socket.socket() as trial:
        trial.settimeout(5)
        if os.environ.get("CI") or trial.connect_ex((place.hostname, place.port)) == 0:
            return "celery"
    return "inline"


def test_nothing_is_lost_and_nothing_done_twice_whatever_goes_wrong(dispatcher):
    asked = f"--events {EVENTS} --twins 0.4 --every 0.7 --seconds 240"
    asked += f" --database {connection.vendor} --dispatcher {dispatcher}"
    run = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *asked.split()],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert f"\n{EVENTS} events, {connection.vendor}, {dispatcher}, seed 1\n" in f"\n{run.stdout}"
    numbers = {name: int(number) for name, number in re.findall(r"^  (.*?) +(\d+)$", run.stdout, re.MULTILINE)}
    assert numbers["events"] == EVENTS < numbers["deliveries"]
    assert numbers["twins"] > 0
    assert sum(number for name, number in numbers.items() if name.endswith("killed")) > 0
    assert sum(number for name, number in numbers.items() if name.startswith("receivers' work")) == 2 * EVENTS
    assert any(name.startswith("receivers' work done in celery") for name in numbers) is (dispatcher == "celery")
