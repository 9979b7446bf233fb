"""``make release``: what is uploaded is built, looked at, and installed as a project installs it."""
