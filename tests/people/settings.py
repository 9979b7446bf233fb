"""As `tests.settings`, on SQLite, with users of its own."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS, KNOWN_DATABASES

DATABASES = {"default": {**KNOWN_DATABASES["sqlite"], "ATOMIC_REQUESTS": True}}
INSTALLED_APPS = [*INSTALLED_APPS, "tests.people"]
AUTH_USER_MODEL = "people.Person"
