"""The app's URLs for ASGI, with an async view: ``path("stripe/", include("pinax.stripe.urls_async"))``.

The URLs and their name are those of `pinax.stripe.urls`. Needs the extra ``pinax-stripe[async]``.
"""

from django.urls import path

from pinax.stripe.views_async import webhook

urlpatterns = [
    path("webhook/", webhook, name="pinax_stripe_webhook"),
    path("webhook", webhook),
    path("webhook/<slug:platform>/", webhook, name="pinax_stripe_webhook"),
    path("webhook/<slug:platform>", webhook),
]
