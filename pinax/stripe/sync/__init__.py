"""Write Stripe's objects to local rows: the snapshot, whether it is newer, what it references, the write."""

from pinax.stripe.sync.sync_object import sync_object

__all__ = ["sync_object"]
