"""A project whose users are a model of its own, with UUIDs for keys."""
