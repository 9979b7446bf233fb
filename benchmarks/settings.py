"""The project that is measured: no middleware, a connection that is kept, and the app that ``BENCH_APP`` names."""

import os

from benchmarks import STRIPE_KEY
from tests.settings import KNOWN_DATABASES

#: ``pinax``, ``djstripe``, or nothing for bare Django.
APP = os.environ.get("BENCH_APP", "pinax")
#: The URL of the fake Stripe.
STRIPE_URL = os.environ.get("BENCH_STRIPE", "")
#: The endpoint of dj-stripe.
RIVAL_UUID = "11111111-1111-4111-8111-111111111111"
RIVAL_PATH = f"/djstripe/webhook/{RIVAL_UUID}/"
WEBHOOK_SECRET = "whsec_" + "s" * 32

_database = KNOWN_DATABASES[os.environ.get("BENCH_DATABASE", "sqlite")]
DATABASES = {
    "default": {
        **_database,
        "NAME": os.environ.get("BENCH_NAME", _database["NAME"]),
        "CONN_MAX_AGE": None,
        # A file of its own on SQLite; a database of its own elsewhere.
        "TEST": {"NAME": f"{_database['NAME']}_bench_{os.getpid()}", "MIGRATE": False},
    }
}

SECRET_KEY = "for benchmarks only"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "benchmarks.urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "benchmarks.floor"]
MIDDLEWARE = []
DEBUG_PROPAGATE_EXCEPTIONS = True
LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"level": "ERROR", "handlers": ["console"]},
}

if APP == "pinax":
    INSTALLED_APPS += ["pinax.stripe"]
    PINAX_STRIPE_SECRET_KEY = STRIPE_KEY
    PINAX_STRIPE_API_BASE = STRIPE_URL or None
    PINAX_STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    PINAX_STRIPE_VALIDATION = os.environ.get("BENCH_VALIDATION", "signature")
    PINAX_STRIPE_DISPATCHER = os.environ.get("BENCH_DISPATCHER", "pinax.stripe.dispatch.inline")
elif APP == "djstripe":
    INSTALLED_APPS += ["djstripe"]
    STRIPE_TEST_SECRET_KEY = STRIPE_KEY
    STRIPE_LIVE_MODE = False
    STRIPE_API_HOST = STRIPE_URL
    DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"

if os.environ.get("BENCH_ADMIN"):
    from tests.settings import MIDDLEWARE as _MIDDLEWARE
    from tests.settings import STATIC_URL, TEMPLATES  # noqa: F401

    MIDDLEWARE = [name for name in _MIDDLEWARE if not name.endswith("LoginRequiredMiddleware")]  # for the floor
    INSTALLED_APPS += [f"django.contrib.{name}" for name in ("admin", "messages", "sessions", "staticfiles")]
