"""Install the wheel into an empty environment, and use it in a project that has nothing else of this repository."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.release.archives import run

#: A project as the README makes it, with a test that uses the plugin for pytest.
PROJECT = {
    "settings.py": """
import os

SECRET_KEY = "for this run only"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "urls"
USE_TZ = True
STATIC_URL = "static/"
INSTALLED_APPS = [
    f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "messages", "sessions", "staticfiles")
] + ["pinax.stripe"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
PINAX_STRIPE_SECRET_KEY = "sk_test_1"
PINAX_STRIPE_WEBHOOK_SECRETS = ["whsec_AvTu2ZQ3cJ8y5Lk1RwXnM7pGdEhKsB4f"]
""",
    "urls.py": """
from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("admin/", admin.site.urls), path("stripe/", include("pinax.stripe.urls"))]
""",
    "test_it.py": """
import pkgutil
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

import pinax.stripe
from facts import NEED_AN_EXTRA, VERSION
from pinax.stripe.models import Invoice
from pinax.stripe.testing import assert_signalled, build


def test_an_event_is_delivered(stripe, deliver, heard):
    deliver(stripe.event("invoice.paid", build("invoice", status="paid")))

    assert_signalled(heard, "invoice.paid")
    assert Invoice.objects.get().status == "paid"


def test_the_admin_shows_it(stripe, deliver, admin_client):
    event = deliver(stripe.event("invoice.paid", build("invoice"))).event

    assert admin_client.get("/admin/pinax_stripe/").status_code == 200
    page = admin_client.get(f"/admin/pinax_stripe/event/{event.pk}/change/", headers={"Accept-Language": "de"})
    assert page.status_code == 200
    assert "invoice.paid" in page.content.decode()


def test_every_module_is_imported():
    failed = set()
    for module in pkgutil.walk_packages(pinax.stripe.__path__, "pinax.stripe."):
        try:
            import_module(module.name)
        except (ImportError, ImproperlyConfigured):
            failed.add(module.name)

    assert failed <= NEED_AN_EXTRA


def test_it_is_what_was_installed():
    assert "site-packages" in str(Path(pinax.stripe.__path__[0]))
    assert version("pinax-stripe") == VERSION
""",
    "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = settings\npythonpath = .\naddopts = -q -p no:cacheprovider\n",
}


#: The modules that need an extra, which is not installed here.
NEED_AN_EXTRA = {
    "pinax.stripe.client.asynchronous",
    "pinax.stripe.dispatch.celery",
    "pinax.stripe.dispatch.tasks",
    "pinax.stripe.opentelemetry",
    "pinax.stripe.prometheus",
    "pinax.stripe.urls_async",
    "pinax.stripe.views_async",
}


class Pair(NamedTuple):
    """Versions that work together: of Python, Django, and stripe-python."""

    python: str
    django: str
    stripe: str

    def __str__(self) -> str:
        return f"Python {self.python}, Django {self.django}, stripe {self.stripe}"


#: All that are supported: Django 6 needs Python 3.12.
PAIRS = [
    Pair(python, django, stripe)
    for python in ("3.11", "3.12", "3.13")
    for django in ("5.2", "6.0", "6.1")
    for stripe in ("13", "14", "15", "16")
    if python != "3.11" or django == "5.2"
]
#: The oldest and the newest of each.
EDGES = [PAIRS[0], PAIRS[3], Pair("3.12", "6.0", "15"), PAIRS[-1]]


def interpreter(version: str) -> str | None:
    """Return the path of a Python of this version; None if the machine has none that runs."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for folder in [*os.environ["PATH"].split(os.pathsep), *sorted(pyenv.glob(f"{version}.*/bin"))]:
        python = shutil.which(f"python{version}", path=folder)
        if python and subprocess.run([python, "--version"], capture_output=True, check=False).returncode == 0:
            return python
    return None


def use(wheel: Path, pair: Pair, python: str, folder: Path) -> None:
    """Install the wheel with these versions, and use it.

    Raises:
        SystemExit: something fails; the message says what.
    """
    run(python, "-m", "venv", folder / "venv")
    installed = folder / "venv" / "bin" / "python"
    wanted = [f"django~={pair.django}.0", f"stripe~={pair.stripe}.0", "pytest", "pytest-django"]
    run(installed, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, *wanted)
    run(installed, "-m", "pip", "check", "--disable-pip-version-check")
    project = folder / "project"
    project.mkdir()
    facts = f"VERSION = {wheel.name.split('-')[1]!r}\nNEED_AN_EXTRA = {NEED_AN_EXTRA!r}\n"
    for name, text in {**PROJECT, "facts.py": facts}.items():
        (project / name).write_text(text, "utf-8")
    alone = {"DJANGO_SETTINGS_MODULE": "settings", "PYTHONPATH": os.fspath(project)}
    for command in ("migrate --verbosity 0", "check --fail-level WARNING", "makemigrations --check --dry-run"):
        run(installed, "-m", "django", *command.split(), cwd=project, **alone)
    run(installed, "-m", "pytest", cwd=project, **alone)
