"""The recipes: their apps are written out of the pages into one project, and the tests on the pages run there.

All receivers are connected in each test: the recipes work together. That each works alone follows from what it imports.
"""

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

DOCS = Path(__file__).parents[2] / "docs" / "recipes"
PAGES = sorted(DOCS.glob("*.md"))
BLOCKS = [block for page in PAGES for block in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)]
FILES = [re.fullmatch(r"# (\S+\.py)\n(.*)", block, re.DOTALL) for block in BLOCKS]
NAMES = [found[1] for found in FILES if found]
APPS = sorted({name.partition("/")[0] for name in NAMES if "/" in name} - {"tests"})
WITH_URLS = sorted(name.removesuffix("/urls.py") for name in NAMES if name.endswith("/urls.py"))
WITH_RECEIVERS = sorted(name.removesuffix("/receivers.py") for name in NAMES if name.endswith("/receivers.py"))

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
#: As a project connects the receivers of an app.
CONFIG = """
from django.apps import AppConfig

class Recipe(AppConfig):
    name = "{app}"

    def ready(self):
        import {app}.receivers
"""
#: What a recipe may need of another one; the page says so.
NEEDS = {"dunning": {"emails"}, "trials": {"emails"}}


def test_every_block_of_a_recipe_is_a_file_and_no_two_are_the_same():
    assert all(FILES)
    assert len(NAMES) == len(set(NAMES))
    assert {f"tests/test_{app}.py" for app in APPS} <= set(NAMES)


@pytest.mark.parametrize("app", APPS)
def test_a_recipe_needs_only_those_that_its_page_names(app):
    texts = [
        text
        for name, text in (found.groups() for found in FILES)
        if name.startswith((f"{app}/", f"tests/test_{app}.py"))
    ]
    imported = set(re.findall(r"^from (\w+)", "\n".join(texts), re.MULTILINE)) & set(APPS)

    assert imported - {app} == NEEDS.get(app, set())
    page = (DOCS / f"{app}.md").read_text("utf-8")
    assert all(f"({needed}.md)" in page for needed in NEEDS.get(app, ()))


def test_the_tests_of_the_recipes_pass(pytester, monkeypatch):
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
    files = {"settings.py": SETTINGS, "urls.py": URLS, **{f"{app}/__init__.py": "" for app in APPS}}
    files |= {f"{app}/apps.py": CONFIG.format(app=app) for app in WITH_RECEIVERS}
    files |= {found[1]: found[2] for found in FILES}
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


@pytest.mark.parametrize(
    ("function", "page"), [("client", "how-to/develop-without-stripe.md"), ("customer_of", "how-to/users.md")]
)
def test_what_the_recipes_share_is_what_other_pages_explain(function, page):
    here, there = (
        re.search(rf"^def {function}\(.*?(?=\n\n\n|\n```)", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
        for path in (DOCS / "index.md", DOCS.parent / page)
    )

    assert here == there
