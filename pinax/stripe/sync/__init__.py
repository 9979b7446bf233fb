"""Stripe's objects into rows: a snapshot, its place in the order of things, the references in it, the write."""
