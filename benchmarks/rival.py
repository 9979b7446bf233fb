"""dj-stripe's current release, with the same events: in an environment and a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[1]
#: Inside the environment that ``make clean`` deletes.
HOME = Path(sys.prefix) / "rival"
PYTHON = HOME / "bin" / "python"
DONE = HOME / ".installed"
PACKAGES = ("dj-stripe", "psycopg[binary]", "gunicorn")


class NotInstalled(Exception):
    """dj-stripe cannot be installed here; the message says why."""


def install() -> None:
    """Install the current release, unless one is installed already; ``make clean`` deletes it.

    Raises:
        NotInstalled: it cannot be done, for example without a network.
    """
    if DONE.exists():
        return
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--upgrade", *PACKAGES]
    for command in ([sys.executable, "-m", "venv", str(HOME)], pip):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            said = (ran.stderr or ran.stdout).strip().splitlines()
            raise NotInstalled(said[-1] if said else f"pip ended with {ran.returncode}")
    DONE.touch()


def environment() -> dict[str, str]:
    """Return the environment variables of its processes."""
    return {**os.environ, "BENCH_APP": "djstripe"}


class Rival:
    """A project with dj-stripe, in a process that does one thing at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def timed(self, path: str, bodies: list[bytes]) -> float:
        """Deliver, one after the other, and return the CPU seconds that it took."""
        return float(self._ask("seconds", path, bodies))

    def counted(self, path: str, bodies: list[bytes]) -> int:
        """Deliver, and return the number of SQL statements."""
        return int(self._ask("statements", path, bodies))

    def facts(self) -> dict[str, str]:
        """Return the versions of its packages, and the name of its ``database``."""
        return dict(self._ask("facts"))

    def _ask(self, what: str, path: str = "", bodies: Iterable[bytes] = ()) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        question = {"ask": what, "path": path, "bodies": [body.decode() for body in bodies]}
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the process with dj-stripe has ended; it says why above")
        return json.loads(answer)


@contextmanager
def running() -> Iterator[Rival]:
    """Run the process until the block ends; its database is deleted with it."""
    command = [str(PYTHON), "-m", "benchmarks.rival_worker"]
    process = subprocess.Popen(
        command, env=environment(), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Rival(process)
    finally:
        process.communicate()
