"""The models of Stripe objects, those of a project among them."""

import subprocess
import sys

from pinax.stripe.models import Charge, OtherObject, StripeObject, model_of, object_models

#: A project with a model for Stripe's meters, in a process of its own: a model cannot be taken back.
PROJECT = """
from types import ModuleType
import sys
from tests import settings

shop = ModuleType("shop")
shop.__path__ = [sys.argv[1]]
sys.modules["shop"] = shop
settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "shop"]

import django
django.setup()

from django.db import models
from pinax.stripe.models import Charge, StripeObject, model_of, object_models

class Base(StripeObject):
    class Meta(StripeObject.Meta):
        abstract = True

class Meter(Base):
    stripe_object = "billing.meter"
    class Meta(Base.Meta):
        app_label = "shop"

class OwnCharge(StripeObject):
    stripe_object = "charge"
    class Meta(StripeObject.Meta):
        app_label = "shop"

class Donation(Charge):
    class Meta:
        proxy = True
        app_label = "shop"

assert model_of({"object": "billing.meter", "id": "mtr_1"}) is Meter
assert model_of({"object": "charge", "id": "ch_1"}) is Charge
assert {Meter, OwnCharge} < set(object_models())
assert Donation not in object_models()

from pinax.stripe.imports.lists import object_type_named

assert object_type_named("billing.meter").model is object_type_named("Meter").model is Meter
"""


def test_they_are_the_subclasses_of_stripe_object():
    assert set(object_models()) == set(StripeObject.__subclasses__())


def test_an_object_without_a_model_or_an_id_is_another_object():
    assert model_of({"object": "charge", "id": "ch_1"}) is Charge
    assert model_of({"object": "widget", "id": "w_1"}) is OtherObject
    assert model_of({"object": "charge"}) is OtherObject


def test_a_model_of_the_project_counts_and_replaces_none_of_the_apps_own(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", PROJECT, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings"},
    )

    assert run.returncode == 0, run.stderr
