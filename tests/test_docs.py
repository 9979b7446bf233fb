"""The documentation is true: its examples run, and its reference names all that the code has, and nothing else."""

import ast
import os
import re
import sys
import textwrap
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import NamedTuple
from unittest import TestCase

import pytest
import stripe as stripe_python
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import BaseCommand, get_commands, load_command_class

import pinax.stripe
from pinax.stripe import answers as answering
from pinax.stripe import checks, signals, views
from pinax.stripe.catalog import CATALOG
from pinax.stripe.conf import PinaxStripeAppConf, conf
from pinax.stripe.inbox.deliveries import PAGES_IN_A_REQUEST
from pinax.stripe.models import Event, StripeObject
from pinax.stripe.signals import WEBHOOK_SIGNALS, any_event
from pinax.stripe.testing import build
from pinax.stripe.webhooks import registry

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)]
#: Stands on the line above an example that is compiled only, and says why.
NOT_EXECUTED = "<!-- not executed:"
#: Stands there above an example that uses names and modules of a project: `GIVEN` has them.
OF_A_PROJECT = re.compile(r"<!-- given: (.*) -->")


class Example(NamedTuple):
    page: Path
    line: int
    source: str
    executed: bool
    given: list[str]

    @property
    def name(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def code(self):
        return compile("\n" * self.line + self.source, str(self.page), "exec", dont_inherit=True)


def examples_of(page):
    text = page.read_text("utf-8")
    for found in re.finditer(r"^( *)```python\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL):
        before = text[: found.start()]
        above = before.rstrip("\n").rpartition("\n")[2].strip()
        given = OF_A_PROJECT.fullmatch(above)
        names = given[1].split(", ") if given else []
        executed = not above.startswith(NOT_EXECUTED)
        yield Example(page, before.count("\n") + 1, textwrap.dedent(found[2]), executed, names)


#: The examples of the recipes are apps, which `tests/docs/test_recipes.py` runs in a project.
EXAMPLES = [example for page in PAGES if page.parent != DOCS / "recipes" for example in examples_of(page)]


#: What a project has at that place of its code, and what its modules have.
GIVEN = {
    "INSTALLED_APPS": list,
    "client": lambda: stripe_python.StripeClient("sk_test_fake", base_addresses={"api": conf.API_BASE}),
    "os": lambda: os,
    "user": lambda: User.objects.create(username="ada", email="ada@example.com"),
    "what_is_bought": lambda: {"mode": "setup", "success_url": "https://example.com/"},
}
MODULES = {"shop.models": {"Merchant": object}, "shop.settings": {"DEBUG": False}}


@pytest.fixture
def execute(monkeypatch):
    """Execute an example; then give signals, patterns and handlers back as they were.

    What is returned are its names, and the event types that it has connected a receiver or registered a handler for.
    """
    before = {signal.kind: len(signal.receivers) for signal in [*WEBHOOK_SIGNALS.values(), any_event]}
    handlers, in_the_admin = dict(registry), dict(admin.site._registry)

    def execute(example):
        for name in re.findall(r'os\.environ\["(\w+)"\]', example.source):
            monkeypatch.setenv(name, "sk_test_fake")
        names = {"__name__": "example"}
        for name in example.given:
            if name in MODULES:
                monkeypatch.setitem(sys.modules, name.partition(".")[0], ModuleType(name.partition(".")[0]))
                monkeypatch.setitem(sys.modules, name, SimpleNamespace(**MODULES[name]))
            else:
                names[name] = GIVEN[name]()
        exec(example.code, names)
        now = [*WEBHOOK_SIGNALS.values(), any_event]
        connected = {signal.kind for signal in now if len(signal.receivers) > before.get(signal.kind, 0)}
        return names, connected | {kind for kind in registry if registry[kind] is not handlers.get(kind)}

    with signals.override(), answering.override():
        yield execute
    admin.site._registry.clear()
    admin.site._registry.update(in_the_admin)
    registry._handlers.clear()
    registry._handlers.update(handlers)


def happening(stripe, kind):
    """Let an event of this type happen, with an object as the catalogue names it."""
    row = CATALOG.get(kind)
    carried = (row.objects[0] if row.objects else None) if row else kind
    return stripe.event(kind, build(carried) if carried else None, previous_attributes={"email": "old@example.com"})


def run_tests_of(case):
    for name in (name for name in dir(case) if name.startswith("test_")):
        in_this_transaction(case)(name).debug()


def in_this_transaction(case):
    """Return the test case without a transaction of its own: this test has one."""
    nothing = classmethod(lambda cls: None)
    return type(case.__name__, (case,), {"_fixture_setup": nothing, "_fixture_teardown": nothing})


@pytest.mark.loopback
@pytest.mark.django_db
@pytest.mark.parametrize("example", [example for example in EXAMPLES if example.executed], ids=lambda one: one.name)
def test_an_example_runs_and_its_receivers_come_through(
    example, execute, stripe, post_event, django_capture_on_commit_callbacks
):
    names, kinds = execute(example)

    with django_capture_on_commit_callbacks(execute=True):
        for kind in ("ping" if kind == any_event.kind else kind for kind in kinds):
            if kind not in CATALOG or CATALOG[kind].has_snapshot:
                assert post_event(happening(stripe, kind)).status_code == 200, kind
    assert not Event.objects.filter(processed=False).exists()
    assert {name for name in names if name.startswith("PINAX_STRIPE_")} <= set(defaults())
    # Not `isinstance`: a task of Celery says of what class it is by asking whichever app was made last.
    for case in (value for value in names.values() if issubclass(type(value), type) and issubclass(value, TestCase)):
        run_tests_of(case)


@pytest.mark.parametrize("example", [one for one in EXAMPLES if not one.executed], ids=lambda one: one.name)
def test_an_example_that_is_not_executed_compiles(example):
    assert example.code


def test_there_are_examples_and_most_are_executed():
    assert {example.page.name for example in EXAMPLES} >= {"README.md", "tutorial.md", "receivers.md", "handlers.md"}
    assert sum(example.executed for example in EXAMPLES) > 0.8 * len(EXAMPLES)


def headings(page, pattern):
    return re.findall(rf"^#+ ({pattern})$", (DOCS / page).read_text("utf-8"), re.MULTILINE)


def defaults():
    return PinaxStripeAppConf._meta.defaults


def test_every_setting_has_its_place_with_its_default_and_nothing_else_is_listed():
    text = (DOCS / "reference/settings.md").read_text("utf-8")

    listed = re.findall(r"^### (PINAX_STRIPE_\w+)\n\nDefault: `(.+)`$", text, re.MULTILINE)

    assert headings("reference/settings.md", r"PINAX_\w+") == [name for name, _ in listed]
    assert sorted(name for name, _ in listed) == sorted(PinaxStripeAppConf._meta.names.values())
    assert {name: ast.literal_eval(value) for name, value in listed} == defaults()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_speaks_of_no_setting_that_is_not_there(page):
    spoken_of = set(re.findall(r"PINAX_STRIPE_[A-Z_]+\b", page.read_text("utf-8")))

    assert spoken_of <= set(defaults())


def test_every_check_has_a_heading_and_every_heading_a_check():
    sources = "".join(path.read_text("utf-8") for path in Path(checks.__file__).parent.glob("*.py"))
    ids = set(re.findall(r'id="(pinax_stripe\.[EW]\d{3})"', sources))

    listed = headings("reference/checks.md", r"pinax_stripe\.\w+")

    assert ids
    assert len(listed) == len(set(listed))
    assert set(listed) == ids


def own_options(command):
    """Return the options that a command has beyond those that every command has."""
    plain = BaseCommand().create_parser("", "")._option_string_actions
    return set(load_command_class("pinax.stripe", command).create_parser("", "")._option_string_actions) - set(plain)


def test_every_command_has_a_heading_and_every_option_a_line():
    text = (DOCS / "reference/commands.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    commands = [name for name, app in get_commands().items() if app == "pinax.stripe"]

    assert sorted(sections) == sorted(commands)
    for name in commands:
        assert own_options(name) <= set(re.findall(r"`(--[\w-]+)", sections[name]))


@pytest.mark.parametrize("name", [name for name, app in get_commands().items() if app == "pinax.stripe"])
def test_the_help_of_a_command_says_what_it_does(name):
    said = load_command_class("pinax.stripe", name).create_parser("manage.py", name).description

    assert len(said.split()) > 5
    assert name not in said


def answers(page):
    """Return status and text from the table of answers on a page."""
    text = (DOCS / page).read_text("utf-8")
    return dict(re.findall(r"^\| (\d{3})(?: \| | )?(?:`([a-z ]+)`)?", text, re.MULTILINE))


@pytest.mark.parametrize("page", ["reference/http.md", "explanation/way-of-an-event.md"])
def test_every_answer_of_the_endpoint_is_listed_with_its_text_and_no_other(page):
    texts = {str(status): text for status, text in views._TEXT.items()}

    assert {str(status) for status in views._STATUS.values()} <= set(texts)
    assert answers(page) == {**texts, "405": ""}


def test_the_docstring_of_the_views_lists_the_same_answers():
    assert set(re.findall(r"^(\d{3}) ", views.__doc__, re.MULTILINE)) == set(answers("reference/http.md"))


@pytest.fixture
def generated(monkeypatch):
    """The module that makes parts of the reference from the code."""
    monkeypatch.syspath_prepend(DOCS / "_ext")
    sys.modules.pop("generated", None)
    import generated

    return generated


def test_the_table_of_event_types_has_each_of_them_once(generated):
    rows = generated.event_rows()

    assert [name for name, *_ in rows] == [f"`{name}`" for name in CATALOG]
    assert [sentence for *_, sentence in rows] == [row.sentence for row in CATALOG.values()]
    assert all(all(row) for row in rows)
    assert generated.event_types().count("\n| `") == len(CATALOG)


def test_the_table_of_event_types_says_what_the_handler_does(generated):
    done = {name.strip("`"): what for name, _, what, *_ in generated.event_rows()}

    assert done["ping"] == "signal only"
    assert done["account.application.deauthorized"] == "[OtherObject](models.md#otherobject) synced"
    assert done["invoice.upcoming"] == "[OtherObject](models.md#otherobject) synced"
    assert done["customer.deleted"] == "[Customer](models.md#customer) deleted"
    assert done["customer.subscription.deleted"] == "[Subscription](models.md#subscription) synced"


def test_every_generated_part_has_its_place_on_one_page(generated):
    pages = "".join(page.read_text("utf-8") for page in PAGES)

    assert sorted(re.findall(r"^<!-- generated: (.+) -->$", pages, re.MULTILINE)) == sorted(generated.PARTS)


@pytest.mark.parametrize("page", ["models.md", "events.md"])
def test_the_committed_reference_is_what_the_code_generates(page, generated):
    text = (DOCS / "reference" / page).read_text("utf-8")

    assert text == generated.filled(text), "make reference writes it"


def test_every_model_and_column_is_in_the_reference(generated):
    made = generated.synced_models() + generated.plain_models()

    for model in generated.models_of(generated.Model):
        assert f"### {model.__name__}\n" in made
    assert "`items.data.0.current_period_end`, `current_period_end`" in made


def test_one_sentence_says_what_it_is_everywhere():
    sentence = pinax.stripe.__doc__.partition("\n")[0]

    for page in (ROOT / "README.md", DOCS / "index.md"):
        assert page.read_text("utf-8").split("\n\n")[1] == sentence
    assert f'description = "{sentence}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_comparison_counts_the_models_and_event_types_that_are_there():
    text = (ROOT / "README.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| ([^|]+) \|.*\| ([^|]+) \|$", text, re.MULTILINE))
    synced = [model for model in apps.get_app_config("pinax_stripe").get_models() if issubclass(model, StripeObject)]

    assert rows["models of Stripe's objects"] == f"{len(synced) - 1}, and one for all others"
    assert f": {len(synced) - 1} models for the usual objects" in " ".join(text.split())
    assert rows["event types with a signal"].startswith(f"{len(CATALOG)}, ")


@pytest.mark.parametrize("start", ["README.md", "docs/index.md"])
def test_a_reader_gets_from_the_first_page_to_every_other(start):
    start = ROOT / start
    links = re.findall(r"\]\((?!https?:)([^)#]+)", start.read_text("utf-8"))
    led_to = {(start.parent / link).resolve() for link in links}

    assert {page for page in PAGES if page.parent != DOCS and page != ROOT / "README.md"} <= led_to
    assert DOCS / "tutorial.md" in led_to


def test_contributing_lists_what_the_package_is_made_of():
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## How the code is organized")[2]
    listing = text.partition("```text\n")[2].partition("```")[0]
    listed = {name for line in listing.splitlines() for name in re.findall(r"(?:^|, )(\w+(?:\.py|/))", line)}
    package = Path(pinax.stripe.__file__).parent
    folders = {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}

    assert listed == {path.name for path in package.glob("*.py")} - {"__init__.py"} | folders - {"migrations/"}


def test_every_target_of_the_makefile_and_every_command_of_the_app_is_named():
    contributing, readme = ((ROOT / name).read_text("utf-8") for name in ("CONTRIBUTING.md", "README.md"))
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1].split()
    commands = [name for name, app in get_commands().items() if app == "pinax.stripe"]

    assert [name for name in targets if f"make {name}" not in contributing] == []
    assert [name for name in commands if f"`{name}`" not in readme] == []


def test_every_file_that_the_readme_links_to_is_there():
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / "README.md").read_text("utf-8"))

    assert links
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_the_longest_answer_is_what_the_settings_and_the_models_make_it():
    """The event, the object, and the pages of the lists that an object of this model can have cut."""
    lists = {
        model.__name__: sum(bool(children.rest) for children in model.stripe_children)
        for model in apps.get_app_config("pinax_stripe").get_models()
        if issubclass(model, StripeObject)
    }
    most = {name: number for name, number in lists.items() if number > 1}
    seconds = sum(PinaxStripeAppConf.API_TIMEOUT)
    requests = [1 + 1 + number * PAGES_IN_A_REQUEST for number in (1, 2)]

    assert most == {"Customer": 2}
    page = " ".join((DOCS / "reference/http.md").read_text("utf-8").split())
    assert f"{seconds} seconds by default" in page
    assert f"| {PAGES_IN_A_REQUEST} | the pages of a list" in page
    one, two = requests
    assert (
        f"{one} requests and {one * seconds} seconds, for a customer {two} requests and {two * seconds} seconds" in page
    )
    assert f"[{two * seconds} seconds]" in (DOCS / "how-to/endpoint.md").read_text("utf-8")
    assert f"down to {two * (2 + 4)}." in (DOCS / "how-to/endpoint.md").read_text("utf-8")


SCREENSHOTS = DOCS / "_static/screenshots"


def test_every_picture_is_shown_with_words_for_those_who_do_not_see_it_and_every_one_that_is_shown_is_there():
    shown = {
        (page.parent / path).resolve(): words
        for page in PAGES
        for words, path in re.findall(r"!\[([^\]]*)\]\(([^)]+\.png)\)", page.read_text("utf-8"))
    }

    assert set(shown) == set(SCREENSHOTS.glob("*.png"))
    assert all(len(words.split()) > 5 for words in shown.values())
    assert sum(path.stat().st_size for path in shown) < 600_000


def test_each_word_of_the_glossary_is_used_elsewhere():
    rows = re.findall(r"^\| (\w[\w ]*) \| ", (DOCS / "reference/glossary.md").read_text("utf-8"), re.MULTILINE)[1:]
    others = " ".join(page.read_text("utf-8") for page in DOCS.rglob("*.md") if page.name != "glossary.md").lower()

    assert rows == sorted(rows)
    assert {"kind", "valid", "stub", "tombstone"} <= set(rows)
    assert [word for word in rows if not re.search(rf"\b{word}", others)] == []
