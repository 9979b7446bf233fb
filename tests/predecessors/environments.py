"""Virtual environments in which the predecessors themselves run; made once, and kept in ``.venv``."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from django.db import connection

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("PINAX_TEST_PREDECESSORS", ROOT / ".venv" / "predecessors"))
#: Runs in the environment of a predecessor, on its version of Python.
PROJECT = Path(__file__).parent / "project_of_a_predecessor.py"
#: What connects to MariaDB: the last version for Python 3.6, and that of the tests.
MYSQLCLIENT = {"3.6": "mysqlclient==2.1.1"}
#: How long the installation of one environment may take, in seconds.
LONGEST = 180


class Environment(NamedTuple):
    python: str
    requirements: tuple[str, ...]


OLD = (
    "Django==2.1.15 psycopg2-binary==2.8.6 requests==2.27.1 stripe==2.60.0 certifi==2021.10.8 urllib3==1.26.18 "
    "idna==3.3 charset-normalizer==2.0.12 jsonfield==2.1.1 django-ipware==2.1.0 django-appconf==1.0.4 "
    "typing-extensions==3.10.0.2"
).split()
ENVIRONMENTS = {
    "pinax-stripe": Environment("3.6", ("pinax-stripe==4.4.0", *OLD)),
    "pinax-stripe-light": Environment(
        "3.11", ("pinax-stripe-light==5.0.0", "Django==4.2.*", "psycopg2-binary", "setuptools<81", "stripe<6")
    ),
    "dj-stripe 2.9": Environment("3.11", ("dj-stripe==2.9.*", "Django==5.2.*", "psycopg2-binary")),
    "dj-stripe 2.11": Environment("3.11", ("dj-stripe==2.11.*", "Django==5.2.*", "psycopg2-binary")),
}


def run(name, database, **facts):
    """Run the project of a predecessor: it migrates the database, and posts what happens to its own webhook.

    Returns:
        what it says of it, as JSON.
    """
    python = python_of(name)
    said = subprocess.run(
        [python, PROJECT],
        input=json.dumps({"package": name.partition(" ")[0], "database": database, **facts}),
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout.splitlines()[-1])


@cache
def python_of(name):
    """Return the Python of a predecessor's environment; skip the test if it cannot be installed."""
    environment = ENVIRONMENTS[name]
    if connection.vendor == "mysql":
        driver = MYSQLCLIENT.get(environment.python, "mysqlclient")
        environment = environment._replace(requirements=(*environment.requirements, driver))
    FOLDER.mkdir(parents=True, exist_ok=True)
    version = hashlib.sha256(" ".join(environment.requirements).encode()).hexdigest()[:8]
    home = FOLDER / f"{name.replace(' ', '-')}-{version}"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "complete").exists():
            _install(name, environment, home)
    return home / "bin" / "python"


def _install(name, environment, home):
    python = _interpreter(environment.python)
    if python is None:
        pytest.skip(f"{name} needs Python {environment.python}")
    shutil.rmtree(home, ignore_errors=True)
    pip = [
        home / "bin" / "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--retries",
        "1",
        "--timeout",
        "10",
    ]
    try:
        subprocess.run([python, "-m", "venv", home], check=True, capture_output=True, timeout=LONGEST)
        subprocess.run([*pip, *environment.requirements], check=True, capture_output=True, timeout=LONGEST)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        shutil.rmtree(home, ignore_errors=True)
        pytest.skip(f"{name} cannot be installed: {(error.stderr or b'').decode()[-200:] or error}")
    (home / "complete").touch()


def _interpreter(version):
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for python in [*sorted(pyenv.glob(f"{version}.*/bin/python")), shutil.which(f"python{version}")]:
        if python and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
            return python
    return None
