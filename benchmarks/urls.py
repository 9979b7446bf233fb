"""The floor, and the endpoint that is compared with it."""

from django.conf import settings
from django.urls import include, path

from benchmarks.floor.views import fetch, floor

urlpatterns = [path("floor/", floor), path("fetch/", fetch)]
if settings.APP == "pinax":
    urlpatterns.append(path("stripe/", include("pinax.stripe.urls")))
elif settings.APP == "djstripe":
    urlpatterns.append(path("djstripe/", include("djstripe.urls", namespace="djstripe")))
