"""Faults on purpose: processes are killed, Stripe fails, receivers fail, connections drop; and nothing is lost."""
