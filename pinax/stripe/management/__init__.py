"""What the management commands share: types of options, progress, and going through Stripe's lists."""
