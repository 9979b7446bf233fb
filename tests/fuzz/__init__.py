"""Posts that strangers could send, by the million: ``python -m tests.fuzz --posts 1000000``.

The view is called in this process, without middleware, so whatever it lets out ends the run. Stripe is the fake on
loopback. Three doors are tried: *open*, where Stripe is asked about everything; *signed*, where a webhook secret has to
match first; *alone*, where the signature decides and whoever has the secret can have anything synced.
"""
