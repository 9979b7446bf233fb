"""As `tests.settings`, without the apps of other tests: whose migrations take time and show nothing here."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

INSTALLED_APPS = [name for name in INSTALLED_APPS if not name.startswith(("tests.", "django_tasks"))]
del TASKS  # noqa: F821  (it is for django_tasks)
