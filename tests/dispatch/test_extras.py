"""What is said where an engine is not installed, and how an engine's task is found."""

import os
import subprocess
import sys

import django
import pytest
from django.core.checks import run_checks

CELERY = "pinax.stripe.dispatch.celery"
TASKS = "pinax.stripe.dispatch.tasks"

before_tasks = pytest.mark.skipif(django.VERSION >= (6, 0), reason="Django has tasks of its own")


@pytest.fixture
def without(monkeypatch):
    """Take a package away, and the dispatcher that needs it."""

    def without(package, dispatcher):
        for name in [name for name in sys.modules if name.partition(".")[0] == package or name == dispatcher]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setattr(sys, "meta_path", [Missing(package), *sys.meta_path])

    return without


class Missing:
    """Says that a package is not installed, as Python does."""

    def __init__(self, package):
        self.package = package

    def find_spec(self, name, path=None, target=None):
        if name == self.package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


@pytest.mark.parametrize(
    ("package", "dispatcher", "extra"),
    [("celery", CELERY, "celery"), pytest.param("django_tasks", TASKS, "tasks", marks=before_tasks)],
)
def test_a_dispatcher_whose_engine_is_not_installed_names_the_extra(package, dispatcher, extra, without, settings):
    settings.PINAX_STRIPE_DISPATCHER = f"{dispatcher}.enqueue"
    without(package, dispatcher)

    with pytest.raises(ImportError, match=rf'pip install "pinax-stripe\[{extra}\]"'):
        __import__(dispatcher)
    (found,) = [message for message in run_checks(databases=[]) if message.id == "pinax_stripe.E006"]

    assert f'pip install "pinax-stripe[{extra}]"' in found.msg


@pytest.mark.parametrize(
    ("package", "dispatcher"),
    [("billiard", CELERY), pytest.param("django_stubs_ext", TASKS, marks=before_tasks)],
)
def test_an_engine_that_is_broken_is_not_called_missing(package, dispatcher, monkeypatch, without):
    engine = "celery" if dispatcher == CELERY else "django_tasks"
    without(engine, dispatcher)
    sys.meta_path[0].package = package
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)

    with pytest.raises(ModuleNotFoundError) as raised:
        __import__(dispatcher)

    assert raised.value.name == package


@pytest.mark.parametrize(
    ("backend", "expected"),
    [
        ("django_tasks_db.DatabaseBackend", set()),
        ("immediate.ImmediateBackend", {"pinax_stripe.W008"}),
        ("dummy.DummyBackend", {"pinax_stripe.W008"}),
    ],
)
def test_tasks_that_no_worker_runs_are_found(backend, expected, settings):
    package = "django.tasks" if django.VERSION >= (6, 0) else "django_tasks"
    name = backend if backend.startswith("django_tasks_db") else f"{package}.backends.{backend}"
    settings.PINAX_STRIPE_DISPATCHER = f"{TASKS}.enqueue"
    settings.TASKS = {"default": {"BACKEND": name}}

    assert {message.id for message in run_checks(databases=[]) if message.id.startswith("pinax_")} == expected


def test_the_app_itself_imports_no_engine():
    script = "import django, sys; django.setup(); sys.exit('celery' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], env=project(), check=False).returncode == 0


@pytest.mark.parametrize(
    ("dispatcher", "code"), [(CELERY + ".enqueue", 0), ("pinax.stripe.dispatch.inline", 1), ("nowhere.enqueue", 1)]
)
def test_celery_knows_the_task_where_the_settings_name_it(dispatcher, code):
    script = "import celery, django, sys; django.setup(); app = celery.Celery(); app.finalize()"
    script += "; sys.exit('pinax.stripe.process' not in app.tasks)"

    done = subprocess.run([sys.executable, "-c", script], env=project(WORKER_DISPATCHER=dispatcher), check=False)

    assert done.returncode == code


def project(**environment):
    nowhere = {"WORKER_DATABASE": "none", "WORKER_STRIPE": "", "WORKER_DISPATCHER": "pinax.stripe.dispatch.inline"}
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.dispatch.settings", **nowhere, **environment}
