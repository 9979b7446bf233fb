"""The tests' project as another process serves it, over the database of the test that has started it."""

import os

from django.core.wsgi import get_wsgi_application

from tests import settings

settings.DATABASES["default"]["NAME"] = os.environ["TESTED_DATABASE"]
settings.PINAX_STRIPE_API_BASE = os.environ["TESTED_API_BASE"]
settings.PINAX_STRIPE_MAX_BODY_BYTES = int(os.environ["TESTED_MAX"])

application = get_wsgi_application()
