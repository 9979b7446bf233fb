"""Import what already exists at Stripe: lists page by page, and single objects."""
