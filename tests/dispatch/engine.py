"""An engine's worker as a process of its own, on the database of the tests."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from django.db import connection

#: How long anything may take, in seconds: far more than it does.
PATIENCE = 30


def wait_until(condition, what, seconds=PATIENCE):
    """Return what ``condition`` returns, as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)
    return found


class Worker:
    """A worker, its children and what it says; it can be killed and started again."""

    def __init__(self, command, ready, log, **environment):
        self.command, self.ready, self.log = [sys.executable, *command], ready, log
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.dispatch.settings",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default",
            "WORKER_DATABASE": str(connection.settings_dict["NAME"]),
            **environment,
        }
        self.process = None

    def start(self):
        """Start it, and wait until it takes tasks."""
        with self.log.open("wb") as said:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=said, stderr=said, start_new_session=True
            )
        wait_until(self._is_ready, "the worker is ready")

    @property
    def has_ended(self):
        return self.process.poll() is not None

    def _is_ready(self):
        assert self.process.poll() is None, self.said
        return self.ready in self.said

    @property
    def said(self):
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def kill(self):
        """Kill it and its children, with a signal that none of them hears."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
