"""The recipes: their apps are written out of the pages into one project, and the tests on the pages run there."""

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

PAGES = sorted((Path(__file__).parents[2] / "docs" / "recipes").glob("*.md"))
BLOCKS = [block for page in PAGES for block in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)]
FILES = [re.fullmatch(r"# (\S+\.py)\n(.*)", block, re.DOTALL) for block in BLOCKS]
APPS = sorted({Path(found[1]).parts[0] for found in FILES if found} - {"tests"})
WITH_URLS = sorted(found[1].removesuffix("/urls.py") for found in FILES if found and found[1].endswith("/urls.py"))

SETTINGS = f"""
SECRET_KEY = "for tests only"
INSTALLED_APPS = [
    *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "pinax.stripe"),
    *{APPS},
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "urls"
USE_TZ = True
PINAX_STRIPE_SECRET_KEY = ""
MAILERS = {{"default": {{"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}}}  # Django 6.1 and later
"""
URLS = f"""
from django.urls import include, path

urlpatterns = [path("stripe/", include("pinax.stripe.urls"))]
urlpatterns += [path("", include(f"{{app}}.urls")) for app in {WITH_URLS}]
"""
#: Each test is called with the receivers of its own recipe only, as `AppConfig.ready()` connects them.
ONE_RECIPE = """

@pytest.fixture(autouse=True)
def only_the_receivers_of_this_recipe(request):
    import importlib.util

    from pinax.stripe import signals

    name = request.path.stem.removeprefix("test_") + ".receivers"
    module = importlib.util.find_spec(name) and importlib.import_module(name)
    with signals.override(empty=True):
        if module:
            importlib.reload(module)
        yield
"""


def test_every_block_of_a_recipe_is_a_file_and_no_two_are_the_same():
    assert all(FILES)
    names = [found[1] for found in FILES]
    assert len(names) == len(set(names))
    assert {f"tests/test_{app}.py" for app in APPS} <= set(names)


def test_the_tests_of_the_recipes_pass(pytester, monkeypatch):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    files = {"settings.py": SETTINGS, "urls.py": URLS, **{f"{app}/__init__.py": "" for app in APPS}}
    files |= {found[1]: found[2] for found in FILES}
    files["tests/conftest.py"] += ONE_RECIPE
    for name, text in files.items():
        path = pytester.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    options = "-p no:cacheprovider --no-migrations --import-mode=importlib"
    pytester.makeini(f"[pytest]\npythonpath = .\nDJANGO_SETTINGS_MODULE = settings\naddopts = {options}\n")

    result = pytester.runpytest_subprocess("-v")

    passed = re.findall(r"^(\S+)::(\w+)\S* PASSED", result.stdout.str(), re.MULTILINE)
    written = [(found[1], test) for found in FILES for test in re.findall(r"^def (test_\w+)", found[2], re.MULTILINE)]
    assert set(passed) == set(written)
    assert set(result.parseoutcomes()) == {"passed"}


@pytest.mark.parametrize("page", [page for page in PAGES if page.stem != "index"], ids=lambda page: page.stem)
def test_the_list_of_recipes_has_each_of_them_with_its_app(page):
    listed = (page.parent / "index.md").read_text("utf-8")
    heading = page.read_text("utf-8").partition("\n")[0].removeprefix("# ")

    assert f"| [{heading}]({page.name}) | `{page.stem}` |" in listed
