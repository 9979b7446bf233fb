"""Webhook endpoints at Stripe: what the project needs, what is there, and the steps from one to the other."""
