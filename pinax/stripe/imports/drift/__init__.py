"""Compare rows with Stripe's objects: report what differs and what is missing, and repair it if that is wanted."""
