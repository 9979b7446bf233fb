"""Stripe's objects into rows: a snapshot, its place in the order of things, the references in it, the write."""

from pinax.stripe.sync.sync_object import sync_object

__all__ = ["sync_object"]
