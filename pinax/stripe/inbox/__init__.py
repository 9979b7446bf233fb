"""The way of one event, one module per step: message, signature, recording, verification, processing.

Beside them: receivers, failures, attempts (leases and backoff), reporting, rejections, and the rate limit.
"""
