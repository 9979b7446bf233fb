"""Commands, run here or in a process of their own that can be killed."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from pinax.stripe.imports import rate_limiter

ROOT = Path(__file__).parents[2]

RUN = """
import sys
from tests import settings
settings.DATABASES = {"default": {**settings.KNOWN_DATABASES["sqlite"], "NAME": sys.argv[1]}}
settings.PINAX_STRIPE_API_BASE = sys.argv[2]
import django
django.setup()
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

# Tables are made from the models, as for the tests themselves: that is quicker.
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)
call_command(*sys.argv[3:])
"""


class Run:
    """A command that is run two seconds after whatever came before, with no pauses; returns what it says."""

    def __init__(self, name, stripe):
        self.name, self.stripe, self.errors = name, stripe, io.StringIO()

    def __call__(self, *args, stdout=None):
        self.stripe.advance(2)
        self.errors = io.StringIO()
        out = stdout or io.StringIO()
        call_command(self.name, *args, stdout=out, stderr=self.errors)
        return out.getvalue()


@pytest.fixture
def command(stripe, monkeypatch):
    """Return a command by its name."""
    monkeypatch.setattr(rate_limiter, "sleep", lambda seconds: None)
    return lambda name: Run(name, stripe)


@pytest.fixture
def process(stripe, settings, tmp_path):
    """Start a command in a process of its own, on a SQLite file of its own: ``process.database``."""
    database, base = tmp_path / "project.sqlite3", settings.PINAX_STRIPE_API_BASE

    def process(*args):
        words = [sys.executable, "-c", RUN, str(database), base, *args]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        return subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)

    process.database = database
    return process
