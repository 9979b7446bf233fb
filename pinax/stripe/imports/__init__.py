"""Import existing objects from Stripe: lists page by page, and single objects."""
