"""The project that the harness runs: receivers that keep a ledger, short pauses, connections that are kept."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES, INSTALLED_APPS

_default = DATABASES["default"]
if _default["ENGINE"] != "django.db.backends.sqlite3":
    _default["TEST"] = {**_default.get("TEST", {}), "NAME": f"{_default['NAME']}_chaos_{os.getpid()}"}
_default["NAME"] = os.environ.get("CHAOS_DATABASE", _default["NAME"])
_default.setdefault("TEST", {})["MIGRATE"] = False  # the tables are made from the models, which is quicker
_default["CONN_MAX_AGE"] = 60
_default["CONN_HEALTH_CHECKS"] = True
if _default["ENGINE"] == "django.db.backends.postgresql":
    # Processes die here, machines do not: no waiting for a disk that nobody needs.
    _default["OPTIONS"] = {"options": "-c synchronous_commit=off"}

INSTALLED_APPS = [
    "tests.chaos.ledger.apps.OpenLedger" if name == "tests.chaos.ledger" else name for name in INSTALLED_APPS
]
# By default, Django tells errors of requests to nobody but the people in ADMINS.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["console"], "level": "WARNING", "propagate": False}},
}
LEDGER_FAILURES = float(os.environ.get("CHAOS_RECEIVER_FAILURES", "0"))
LEDGER_PROCESS = os.environ.get("CHAOS_PROCESS", "")

PINAX_STRIPE_API_BASE = os.environ.get("CHAOS_STRIPE")
PINAX_STRIPE_API_TIMEOUT = (2, 0.5)
PINAX_STRIPE_DISPATCHER = os.environ.get("CHAOS_DISPATCHER", "pinax.stripe.dispatch.inline")
PINAX_STRIPE_RETRY_BACKOFF = (1, 5)
PINAX_STRIPE_MAX_ATTEMPTS = 50
