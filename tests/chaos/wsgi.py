"""The web server's application. Its Celery app is made here, as in a project's package, so that it publishes there."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.chaos.settings")
from tests.chaos.celery_app import app as celery_app

application = get_wsgi_application()
__all__ = ["application", "celery_app"]
