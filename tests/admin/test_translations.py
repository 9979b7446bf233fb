"""German and French: complete, compiled, and shown."""

import gettext
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

import pinax.stripe
from pinax.stripe.admin import columns, overview
from pinax.stripe.admin.names import known
from pinax.stripe.admin.operations import Operation
from pinax.stripe.catalog import CATALOG
from pinax.stripe.inbox.message import Outcome
from pinax.stripe.models import StripeObject
from pinax.stripe.operations.actions import NOTHING_TO_DO
from tests.admin.rows import row_of

PACKAGE = Path(pinax.stripe.__file__).parent
LOCALE = PACKAGE / "locale"
LANGUAGES = ("de", "fr")
MODELS = list(apps.get_app_config("pinax_stripe").get_models())
MAKE_MESSAGES = ["-m", "django", "makemessages", "-l", "de", "-l", "fr", "--no-location", "--no-wrap", "--no-obsolete"]


def catalogue(language):
    with (LOCALE / language / "LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_none_is_fuzzy(language):
    messages = [message for message in catalogue(language) if message.id]

    assert len(messages) > 700
    for message in messages:
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(said), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_message(language):
    place = re.compile(r"%(?:\(\w+\))?[sd]|\{\}")
    for message in catalogue(language):
        if message.id and isinstance(message.id, str):
            assert sorted(place.findall(message.string)) == sorted(place.findall(message.id)), message.id
        elif message.id:
            for said in message.string:
                assert set(place.findall(said)) <= set(place.findall(message.id[1])), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    with (LOCALE / language / "LC_MESSAGES/django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog

    written = {}
    for message in catalogue(language):
        if not message.id:
            continue
        one = message.id if isinstance(message.id, str) else message.id[0]
        name = f"{message.context}\x04{one}" if message.context else one
        if isinstance(message.id, str):
            written[name] = message.string
        else:
            written |= {(name, number): said for number, said in enumerate(message.string)}
    assert {name: said for name, said in compiled.items() if name} == written


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
def test_makemessages_finds_nothing_new(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parents[1]), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    shutil.copytree(PACKAGE, tmp_path / "stripe", ignore=shutil.ignore_patterns("__pycache__"))

    subprocess.run(
        [sys.executable, *MAKE_MESSAGES], cwd=tmp_path / "stripe", env=environment, check=True, capture_output=True
    )

    for language in LANGUAGES:
        name = f"{language}/LC_MESSAGES/django.po"
        made, ours = ((folder / name).read_text("utf-8") for folder in (tmp_path / "stripe/locale", LOCALE))
        assert undated(made) == undated(ours), "run make messages"


def undated(text):
    return re.sub(r'^"POT-Creation-Date: .*\n', "", text, flags=re.MULTILINE)


def derived_names():
    """The names that Django derives from the code, and the results of actions."""
    for model in MODELS:
        options = model._meta
        for name in ("verbose_name", "verbose_name_plural"):
            if not isinstance(options.original_attrs.get(name), Promise):
                yield str(getattr(options, name))
        yield from (str(field.verbose_name) for field in options.concrete_fields if field._verbose_name is None)
        if issubclass(model, StripeObject):
            yield model.stripe_object.rpartition(".")[2].replace("_", " ")
            accessors = (relation.get_accessor_name() for relation in options.related_objects)
            yield from ((name or "").replace("_", " ") for name in accessors)
    yield from (outcome.value for outcome in Outcome)
    yield NOTHING_TO_DO


def test_every_name_that_django_derives_is_listed_once():
    listed = re.findall(r'{% translate "([^"]+)" context "Stripe" %}', (PACKAGE / "admin/names.txt").read_text("utf-8"))

    assert set(filter(None, derived_names())) - set(listed) == set()
    assert len(listed) == len(set(listed))


def test_every_sentence_of_the_catalogue_is_listed_once():
    text = (PACKAGE / "admin/event_types.txt").read_text("utf-8")
    listed = re.findall(r'{% translate "([^"]+)" context "Stripe" %}', text)

    assert sorted(listed) == sorted({row.sentence for row in CATALOG.values()})


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_meaning_of_every_event_type_is_translated(code):
    for row in CATALOG.values():
        with translation.override(code):
            assert known(row.sentence) != row.sentence


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_help_text_is_translated(code):
    for field in (field for model in MODELS for field in model._meta.concrete_fields if field.help_text):
        english = str(field.help_text)
        with translation.override(code):
            assert str(field.help_text) != english


@pytest.fixture(params=LANGUAGES)
def language(request, settings):
    settings.LANGUAGE_CODE = request.param
    return request.param


@pytest.mark.django_db
def test_every_list_and_every_page_is_shown(language, admin_client):
    for model in MODELS:
        row = row_of(model, "Ada")
        names = f"admin:pinax_stripe_{model._meta.model_name}"
        for address in (reverse(f"{names}_changelist"), reverse(f"{names}_change", args=[row.pk])):
            assert admin_client.get(address).status_code == 200, address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("de", ("Ereignisse", "Kunden", "fällig", "Zahlungsanfechtungen", "ist noch nie gelaufen")),
        ("fr", ("Événements", "Clients", "à traiter", "moyens de paiement", "jamais tourné")),
    ],
)
def test_the_index_speaks_the_language(code, words, settings, admin_client):
    settings.LANGUAGE_CODE = code

    page = admin_client.get(reverse("admin:app_list", args=["pinax_stripe"])).content.decode()

    for word in words:
        assert word.lower() in page.lower(), word


@pytest.mark.parametrize("code", LANGUAGES)
def test_columns_filters_and_actions_have_names_in_the_language(code):
    with translation.override("en"):
        english = set(spoken())
    with translation.override(code):
        found = set(spoken())

    same = english & found
    assert len(english) > 200
    assert len(same) < len(english) / 8, sorted(same)


def spoken():
    for model, registered in admin.site._registry.items():
        if model._meta.app_label == "pinax_stripe":
            yield str(model._meta.verbose_name_plural)
            yield from (str(field.verbose_name) for field in model._meta.concrete_fields)
            yield from (
                str(operation.label)
                for operation in getattr(registered, "operations", ())
                if type(operation) is Operation
            )


def test_dates_and_durations_are_written_as_the_language_does():
    moment = datetime(2026, 1, 31, 12, 0, 5, tzinfo=UTC)
    said = {}
    for code in ("en", *LANGUAGES):
        with translation.override(code):
            words = re.sub("<[^>]+>", "", columns.moment(moment))
            said[code] = (words, overview._span(timedelta(hours=5.25)), overview._span(timedelta(days=3)))

    assert said == {
        "en": ("2026-01-31 13:00:05", "5.2 h", "3.0 days"),
        "de": ("31.01.2026 13:00:05", "5,2 h", "3,0 d"),
        "fr": ("31/01/2026 13:00:05", "5,2 h", "3,0 j"),
    }


def test_an_amount_is_written_as_the_language_does():
    with translation.override("de"):
        assert columns.money(123456, "eur") == "1.234,56\N{NO-BREAK SPACE}€"
