"""The app's URL for ASGI, with an async view: ``path("stripe/", include("pinax.stripe.urls_async"))``.

The URL and its name are those of `pinax.stripe.urls`. Needs the extra ``pinax-stripe[async]``.
"""

from django.urls import path

from pinax.stripe.views_async import webhook

urlpatterns = [path("webhook/", webhook, name="pinax_stripe_webhook"), path("webhook", webhook)]
