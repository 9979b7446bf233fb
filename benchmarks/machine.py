"""Where the figures come from: the machine, and the versions of everything that counts."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from django.db import connection


def facts() -> dict[str, str]:
    """Return what is known of this run's surroundings, by its name."""
    vendor = connection.display_name
    return {
        "Processor": f"{_processor()}, {os.cpu_count()} cores",
        "System": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "Django": version("django"),
        "stripe": version("stripe"),
        "pinax-stripe": version("pinax-stripe"),
        "Database": f"{vendor} {'.'.join(str(part) for part in connection.get_database_version())}",
    }


def load() -> str:
    """Return how many processes wanted the processor at once; more than it has cores disturb the figures."""
    return ", ".join(f"{number:.1f}" for number in os.getloadavg()) + " (1, 5, 15 minutes, at the end)"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
