"""The project's processes, each in a group of its own, so that nothing of it is left when it is killed."""

import os
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path


class Process:
    """One process with its children, which is started again whenever it is found dead."""

    def __init__(self, name, command, environment, folder):
        self.name = name
        self.command, self.environment = (
            [sys.executable, "-m", *command],
            {**os.environ, **environment, "CHAOS_PROCESS": name},
        )
        self.log = Path(folder) / f"{name}.log"
        self._process = None

    def start(self):
        with self.log.open("ab") as said:
            self._process = subprocess.Popen(
                self.command, env=self.environment, stdout=said, stderr=said, start_new_session=True
            )

    def watch(self):
        """Start it again if it has died."""
        if self._process.poll() is not None:
            self.end()
            self.start()

    def kill_a_child(self):
        """Kill one of its children, which it replaces by itself; False where it has none now."""
        children = self._children()
        if not children:
            return False
        with suppress(ProcessLookupError):
            os.kill(random.choice(children), signal.SIGKILL)
        return True

    def kill(self):
        """Kill it with its children, and start it again."""
        self.end()
        self.start()
        return True

    def end(self):
        """Kill it with its children."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _children(self):
        asked = ["ps", "-o", "pid=", "--ppid", str(self._process.pid)]
        return [int(pid) for pid in subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()]
