"""The project that is measured: no middleware, a connection that is kept, and the app that ``BENCH_APP`` names."""

import os

from tests.settings import KNOWN_DATABASES

#: ``pinax``, ``djstripe``, or nothing for bare Django.
APP = os.environ.get("BENCH_APP", "pinax")
STRIPE_KEY = "sk_test_fake"
#: The URL of the fake Stripe.
STRIPE_URL = os.environ.get("BENCH_STRIPE", "")
WEBHOOK_SECRET = "whsec_" + "s" * 32

_database = KNOWN_DATABASES[os.environ.get("BENCH_DATABASE", "sqlite")]
DATABASES = {
    "default": {
        **_database,
        "NAME": os.environ.get("BENCH_NAME", _database["NAME"]),
        "CONN_MAX_AGE": None,
        # A file of its own on SQLite; a database of its own elsewhere.
        "TEST": {"NAME": f"{_database['NAME']}_bench_{os.getpid()}"},
    }
}

SECRET_KEY = "for benchmarks only"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "benchmarks.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "benchmarks.floor"]
MIDDLEWARE = []
LOGGING = {"version": 1, "root": {"level": "ERROR"}}

if APP == "pinax":
    INSTALLED_APPS += ["pinax.stripe"]
    PINAX_STRIPE_SECRET_KEY = STRIPE_KEY
    PINAX_STRIPE_API_BASE = STRIPE_URL or None
    PINAX_STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    PINAX_STRIPE_VALIDATION = os.environ.get("BENCH_VALIDATION", "signature")
    PINAX_STRIPE_DISPATCHER = os.environ.get("BENCH_DISPATCHER", "pinax.stripe.dispatch.inline")
