"""The way of one event, a step a module: envelope, signature, recording, verification, processing."""
