"""The floor, and the endpoint that is compared with it."""

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from benchmarks.floor.views import fetch, floor

urlpatterns = [path("floor/", floor), path("fetch/", fetch)]
if settings.APP == "pinax":
    urlpatterns.append(path("stripe/", include("pinax.stripe.urls")))
elif settings.APP == "djstripe":
    urlpatterns.append(path("djstripe/", include("djstripe.urls", namespace="djstripe")))
if apps.is_installed("django.contrib.admin"):
    urlpatterns.append(path("admin/", admin.site.urls))
