"""The tests' project with the async view, as uvicorn serves it, over the database of the test that has started it."""

import os

from django.core.asgi import get_asgi_application

from tests import settings

settings.DATABASES["default"]["NAME"] = os.environ["TESTED_DATABASE"]
settings.PINAX_STRIPE_API_BASE = os.environ["TESTED_API_BASE"]
settings.PINAX_STRIPE_API_TIMEOUT = (5, 60)
settings.ROOT_URLCONF = "tests.urls_async"

application = get_asgi_application()
