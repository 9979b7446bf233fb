"""What a web process imports and creates when it starts: only what it uses. Counted, not timed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: A worker as a WSGI server starts it, with the URLs imported; it prints its modules and what the app has created.
WORKER = """
import json, sys, types
import stripe
import requests  # the client of stripe-python, which some releases import only with their first request
from django.conf import settings

EMPTY = types.ModuleType("empty")
EMPTY.urlpatterns = []

settings.configure(
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", *sys.argv[1:]],
    ROOT_URLCONF="pinax.stripe.urls" if "pinax.stripe" in sys.argv else EMPTY,
    PINAX_STRIPE_SECRET_KEY="sk_test_1",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

get_wsgi_application()
get_resolver().url_patterns
found = {"modules": list(sys.modules)}
if "pinax.stripe" in sys.argv:
    from pinax.stripe.signals import WEBHOOK_SIGNALS, on
    from pinax.stripe.webhooks import registry

    on("customer.subscription.*", dispatch_uid="mine")(print)
    found["handlers"] = list(registry._handlers)
    found["signals"] = list(WEBHOOK_SIGNALS._signals)
    found["patterns"] = len([kind for kind in WEBHOOK_SIGNALS if kind.startswith("customer.subscription.")])
print(json.dumps(found))
"""


def started(*apps):
    ran = subprocess.run(
        [sys.executable, "-c", WORKER, *apps], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def worker():
    return started("pinax.stripe")


@pytest.fixture(scope="module")
def added(worker):
    """The modules that the app adds to bare Django with stripe."""
    return set(worker["modules"]) - set(started()["modules"])


@pytest.mark.parametrize(
    "name", ["admin", "templatetags", "management", "testing", "operations", "imports", "migrations", "urls_async"]
)
def test_what_no_delivery_needs_is_not_imported(added, name):
    assert not [module for module in added if f"{module}.".startswith(f"pinax.stripe.{name}.")]


def test_an_engine_that_is_not_chosen_is_not_imported(added):
    engines = {module.partition(".")[0] for module in added} & {"celery", "kombu", "django_tasks"}

    assert not engines
    assert {module for module in added if module.startswith("pinax.stripe.dispatch.")} <= {
        "pinax.stripe.dispatch.inline"
    }


def test_no_other_package_is_imported_than_those_the_app_depends_on(added):
    ours = {module.partition(".")[0] for module in added}

    assert ours <= {"pinax", "appconf", "jsonfield", "django"}


def test_no_part_of_django_is_imported_that_only_commands_and_the_admin_need(added):
    parts = {".".join(module.split(".")[:3]) for module in added if module.startswith("django.")}

    assert not parts & {"django.contrib.admin", "django.db.migrations", "django.core.management", "django.test.client"}


def test_only_handlers_that_do_something_of_their_own_are_created(worker):
    assert len(worker["handlers"]) < 10


def test_only_signals_that_a_receiver_is_connected_to_are_created(worker):
    own = set(worker["handlers"])

    assert worker["patterns"] > 5
    assert len(set(worker["signals"]) - own) == worker["patterns"]
