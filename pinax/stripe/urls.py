"""The app's URLs: ``path("stripe/", include("pinax.stripe.urls"))``; a named platform has one of its own.

Stripe counts a redirect as a failed delivery, so each URL works with and without a trailing slash.
"""

from django.urls import path

from pinax.stripe.views import webhook

urlpatterns = [
    path("webhook/", webhook, name="pinax_stripe_webhook"),
    path("webhook", webhook),
    path("webhook/<slug:platform>/", webhook, name="pinax_stripe_webhook"),
    path("webhook/<slug:platform>", webhook),
]
