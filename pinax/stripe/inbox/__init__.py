"""The way of one event, a step a module: envelope, signature, recording, verification, processing.

Beside it, what a refused delivery leaves (refusal, evidence) and what an unsigned one may cost (budget).
"""
