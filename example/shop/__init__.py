"""The example project's own app."""
