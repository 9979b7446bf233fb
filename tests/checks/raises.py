"""A module that cannot be imported, and not for want of a module."""

raise LookupError("STRIPE_QUEUE is not set; the key is sk_live_canary")
