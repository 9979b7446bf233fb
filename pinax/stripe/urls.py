"""The app's URL: ``path("stripe/", include("pinax.stripe.urls"))``.

Stripe counts a redirect as a failed delivery, so the URL works with and without a trailing slash.
"""

from django.urls import path

from pinax.stripe.views import webhook

urlpatterns = [path("webhook/", webhook, name="pinax_stripe_webhook"), path("webhook", webhook)]
