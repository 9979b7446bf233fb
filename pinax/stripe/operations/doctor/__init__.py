"""Whatever can be wrong with webhooks in production, found by asking Stripe, the project and the running site."""
