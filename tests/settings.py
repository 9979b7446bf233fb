"""A project for the tests: SQLite, or the database that PINAX_TEST_DATABASE names (postgresql, mysql)."""

import os
import tempfile
from pathlib import Path

BASE = Path(tempfile.gettempdir()) / "pinax-stripe"
BASE.mkdir(exist_ok=True)

KNOWN_DATABASES: dict[str, dict[str, object]] = {
    "sqlite": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("PINAX_TEST_SQLITE", BASE / "tests.sqlite3"),
        # As a project on SQLite should have it: writers wait for each other instead of failing at once. A file, not
        # memory, so that threads have connections of their own; and no waiting for a disk that nobody needs.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
        },
        "TEST": {"NAME": BASE / f"tests-{os.getpid()}.sqlite3"},
    },
    "postgresql": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("PGDATABASE", "pinax_stripe"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
        "HOST": os.environ.get("PGHOST", "127.0.0.1"),
        "PORT": os.environ.get("PGPORT", "5432"),
        # No waiting for a disk here either: processes are killed in these tests, the server is not.
        "OPTIONS": {"options": "-c synchronous_commit=off"},
    },
    "mysql": {
        "ENGINE": "django.db.backends.mysql",
        "NAME": os.environ.get("MYSQL_DATABASE", "pinax_stripe"),
        "USER": os.environ.get("MYSQL_USER", "root"),
        "PASSWORD": os.environ.get("MYSQL_PASSWORD", ""),
        "HOST": os.environ.get("MYSQL_HOST", "127.0.0.1"),
        "PORT": os.environ.get("MYSQL_PORT", "3306"),
        "OPTIONS": {"charset": "utf8mb4"},
        "TEST": {"CHARSET": "utf8mb4"},
    },
}
# The level that PINAX_TEST_ISOLATION names ("repeatable read", "serializable"), instead of READ COMMITTED.
if isolation := os.environ.get("PINAX_TEST_ISOLATION"):
    KNOWN_DATABASES["mysql"]["OPTIONS"] = {"charset": "utf8mb4", "isolation_level": isolation}
    KNOWN_DATABASES["postgresql"]["OPTIONS"] = {
        "options": f"-c synchronous_commit=off -c default_transaction_isolation={isolation.replace(' ', chr(92) + ' ')}"
    }
DATABASES = {"default": {**KNOWN_DATABASES[os.environ.get("PINAX_TEST_DATABASE", "sqlite")], "ATOMIC_REQUESTS": True}}

SECRET_KEY = "for tests only"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
ROOT_URLCONF = "tests.urls"
STATIC_URL = "static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_tasks_db",
    "pinax.stripe",
    "tests.chaos.ledger",
    "tests.dispatch.shop",
    "tests.emptying",
    "tests.platforms",
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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

PINAX_STRIPE_SECRET_KEY = "sk_live_fake"
PINAX_STRIPE_TEST_SECRET_KEY = "sk_test_fake"
# Tests post faster than strangers may; those of the budget set one.
PINAX_STRIPE_VALIDATION_BUDGET = None
