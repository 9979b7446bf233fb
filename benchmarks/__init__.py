"""What a delivery costs, against a bare Django view: ``make bench``."""

#: The key that the fake Stripe takes: long enough to be one.
STRIPE_KEY = "sk_test_" + "f" * 24
