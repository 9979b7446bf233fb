"""A small shop that takes money through Stripe: what pinax-stripe needs of a project, marked by "Stripe"."""

import os
from pathlib import Path

HERE = Path(__file__).parent

SECRET_KEY = "for this example only"
DEBUG = False  # anyone can post to the webhook, and must not see tracebacks
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "urls"
WSGI_APPLICATION = "wsgi.application"
STATIC_URL = "static/"
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "pinax.stripe",  # Stripe
    "shop",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("EXAMPLE_DATABASE") or HERE / "db.sqlite3",
        # Writers wait for each other, but readers do not wait: Stripe delivers several events at the same time.
        "OPTIONS": {
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"pinax.stripe": {"handlers": ["console"], "level": "INFO"}},  # Stripe: a line for each delivery
}

# Stripe: keys come from the environment, never from the code.
PINAX_STRIPE_SECRET_KEY = os.environ.get("STRIPE_SECRET_KEY", "")
PINAX_STRIPE_WEBHOOK_SECRETS = os.environ.get("STRIPE_WEBHOOK_SECRETS", "").split()

if not PINAX_STRIPE_SECRET_KEY:
    # The fake Stripe of demo.py, which has a key for each mode; never an address outside this machine.
    PINAX_STRIPE_SECRET_KEY = "sk_live_fake"
    PINAX_STRIPE_TEST_SECRET_KEY = "sk_test_fake"
    PINAX_STRIPE_MAX_ATTEMPTS = 3  # the default is 12; fewer, so that the demo shows an event that is given up
    PINAX_STRIPE_API_BASE = os.environ.get("EXAMPLE_FAKE_STRIPE", "http://127.0.0.1:9")

# Stripe: where events are processed. In the request, unless EXAMPLE_DISPATCHER names an engine: celery or tasks.
DISPATCHER = os.environ.get("EXAMPLE_DISPATCHER")

if DISPATCHER == "celery":
    import celery_app  # noqa: F401  (so that the site publishes to the same broker as the worker listens to)

    PINAX_STRIPE_DISPATCHER = "pinax.stripe.dispatch.celery.enqueue"
    CELERY_BROKER_URL = os.environ.get("EXAMPLE_BROKER", "amqp://guest:guest@127.0.0.1:5672//")
    CELERY_BROKER_CONNECTION_TIMEOUT = 2  # seconds: Stripe waits for the answer
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
    if CELERY_BROKER_URL.startswith("amqp"):
        CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}
    else:
        CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}

if DISPATCHER == "tasks":
    INSTALLED_APPS.append("django_tasks_db")
    TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    PINAX_STRIPE_DISPATCHER = "pinax.stripe.dispatch.tasks.enqueue"
