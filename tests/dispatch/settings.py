"""The project of the workers that tests start: the database of the tests, and receivers that sell."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, INSTALLED_APPS

DATABASES["default"]["NAME"] = os.environ["WORKER_DATABASE"]
INSTALLED_APPS = [
    name if name != "tests.dispatch.shop" else "tests.dispatch.shop.apps.OpenShop" for name in INSTALLED_APPS
]
PINAX_STRIPE_API_BASE = os.environ["WORKER_STRIPE"]
PINAX_STRIPE_DISPATCHER = os.environ["WORKER_DISPATCHER"]
