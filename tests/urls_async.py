from django.urls import include, path

from tests.urls import admin

urlpatterns = [path("admin/", admin.site.urls), path("stripe/", include("pinax.stripe.urls_async"))]
