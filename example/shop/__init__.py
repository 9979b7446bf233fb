"""What the shop does about what happens at Stripe."""
