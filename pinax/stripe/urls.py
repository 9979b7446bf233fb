"""The app's one address: ``path("stripe/", include("pinax.stripe.urls"))``.

Stripe counts a redirect as a failed delivery, so the address works with and without the slash at its end.
"""

from django.urls import path

from pinax.stripe.views import webhook

urlpatterns = [path("webhook/", webhook, name="pinax_stripe_webhook"), path("webhook", webhook)]
