"""Every Stripe event, recorded, verified, synced and signalled, once, in your Django project.

Install the app, include ``pinax.stripe.urls``, tell Stripe the address of the webhook, connect receivers to event
signals (`pinax.stripe.signals`), and look at events in the Django admin.
"""
