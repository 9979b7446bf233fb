"""A shim for tools that still ask for it; the facts stand in pyproject.toml."""

from setuptools import setup

setup()
