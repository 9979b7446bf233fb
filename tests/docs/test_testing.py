"""The pages about the test kit: the tests on the one run in a project of their own, the other names everything."""

import inspect
import re
from pathlib import Path

import pytest

from pinax.stripe import testing
from pinax.stripe.testing import Deliver, FakeStripe, StripeTestMixin, pytest_plugin
from pinax.stripe.testing.endpoint_deliveries import EndpointDelivery
from pinax.stripe.testing.writing import OPERATIONS

pytest_plugins = ["pytester"]

DOCS = Path(__file__).parents[2] / "docs"
FILES = re.findall(r"```python\n# (\S+)\n(.*?)```", (DOCS / "how-to" / "testing.md").read_text("utf-8"), re.DOTALL)
README = (DOCS.parent / "README.md").read_text("utf-8")
OF_THE_README = re.findall(r"```python\n([^`]*def test_.*?)```", README, re.DOTALL)
FILES += [(f"tests/test_of_the_readme_{number}.py", text) for number, text in enumerate(OF_THE_README)]
REFERENCE = (DOCS / "reference" / "testing.md").read_text("utf-8")

PROJECT = {
    "settings.py": """
SECRET_KEY = "for tests only"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "pinax.stripe", "shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ROOT_URLCONF = "urls"
USE_TZ = True
PINAX_STRIPE_SECRET_KEY = ""
""",
    "urls.py": """
from django.urls import include, path
from shop.views import subscribe

urlpatterns = [path("stripe/", include("pinax.stripe.urls")), path("subscribe/", subscribe)]
""",
    "shop/__init__.py": "",
    "shop/apps.py": """
from django.apps import AppConfig

class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        import shop.receivers
""",
    "shop/models.py": """
from django.db import models

class Access(models.Model):
    customer = models.TextField(unique=True)

    class Meta:
        app_label = "shop"
""",
}


def test_the_tests_of_the_tutorial_pass(pytester, monkeypatch):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    for name, text in [*PROJECT.items(), *FILES]:
        path = pytester.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    options = "-p no:cacheprovider --no-migrations --import-mode=importlib"
    pytester.makeini(f"[pytest]\npythonpath = .\nDJANGO_SETTINGS_MODULE = settings\naddopts = {options}\n")

    result = pytester.runpytest_subprocess("-q")

    assert len(OF_THE_README) == 1
    number = sum(len(re.findall(r"^ *def test_", text, re.MULTILINE)) for _, text in FILES)
    result.assert_outcomes(passed=number + 4)  # the order of events is tried five times


def public(cls):
    return {name for name, _ in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")}


def test_every_public_name_has_its_place_and_no_other_is_named():
    headings = set(re.findall(r"^## (\w+)$", REFERENCE, re.MULTILINE)) - {"Fixtures", "Assertions"}
    assertions = set(re.findall(r"^\| `(assert_\w+)\(", REFERENCE, re.MULTILINE))

    assert headings | assertions == set(testing.__all__)


def test_every_method_of_the_fake_is_named_with_its_parameters():
    named = dict(re.findall(r"`(\w+)\((.*?)\)`", REFERENCE.partition("## build")[0]))
    methods = public(FakeStripe)
    assert methods - set(named) == set()
    for name in methods:
        parameters = [one for one in inspect.signature(getattr(FakeStripe, name)).parameters if one != "self"]
        assert re.findall(r"(?:^|, )\*{0,2}([a-z]\w*)(?=[,=]|$)", named[name]) == parameters, name


def test_the_attributes_of_a_delivery_to_an_endpoint_are_named():
    row = REFERENCE.partition("| `deliveries(event)` |")[2].partition("\n")[0]

    assert re.findall(r"`(\w+)`", row) == ["endpoint", "url", "target", "body", "headers"]
    for name in ("endpoint", "url", "target", "body", "headers"):
        assert hasattr(EndpointDelivery, name)


@pytest.mark.parametrize(
    "name",
    [
        *(f"deliver.{name}" for name in public(Deliver)),
        *(set(vars(StripeTestMixin)) & public(StripeTestMixin) - {"setUp"}),
    ],
)
def test_every_other_method_is_named(name):
    assert f"`{name}(" in REFERENCE


def test_every_fixture_is_named():
    fixtures = [name for name, value in vars(pytest_plugin).items() if "fixture" in type(value).__name__.lower()]

    assert fixtures == ["stripe", "deliver", "heard"]
    assert re.findall(r"^\| `(\w+)` \|", REFERENCE.partition("## FakeStripe")[0], re.MULTILINE) == fixtures


def test_every_operation_is_named():
    listed = REFERENCE.partition("<!-- operations -->")[2].partition("\n\n")[0]

    assert sorted(re.findall(r"`([\w.]+)`", listed)) == sorted(OPERATIONS)
