"""An app whose rows are the subscribers of dj-stripe."""
