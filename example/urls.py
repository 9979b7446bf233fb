"""The addresses of the shop: Stripe's, the admin's, and the way there."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("stripe/", include("pinax.stripe.urls")),  # tell Stripe: https://…/stripe/webhook/
    path("admin/", admin.site.urls),
    path("", RedirectView.as_view(pattern_name="admin:index")),
]
