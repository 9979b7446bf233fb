"""The databases of the predecessors, made once for a module of tests."""

from contextlib import ExitStack

import pytest

from tests.predecessors.adopting import made_by


@pytest.fixture(scope="module")
def made(tmp_path_factory, django_db_setup, django_db_blocker):
    """Return the database of a variant, with the tables of this version beside; made once, these are emptied."""
    kept, databases = ExitStack(), {}

    def made(variant):
        if variant not in databases:
            databases[variant] = kept.enter_context(made_by(variant, tmp_path_factory.mktemp("made")))
        return databases[variant]

    yield made
    with django_db_blocker.unblock():
        kept.close()
