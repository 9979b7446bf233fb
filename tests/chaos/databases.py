"""The run's own database: made, deleted, and its connections dropped."""

from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection

#: How the connections of the project are found: by vendor, the statement that lists and the one that drops.
_DROPPING = {
    "postgresql": (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "SELECT pg_terminate_backend(%s)",
    ),
    "mysql": (
        "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()",
        "KILL CONNECTION %s",
    ),
}


@contextmanager
def own_database():
    """Make a database for the run, which this process then uses, and delete it in the end; its name is returned."""
    before = connection.settings_dict["NAME"]
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield str(name)
    finally:
        drop_connections(lambda found: found)
        connection.creation.destroy_test_db(before, verbosity=0)


def drop_connections(chosen):
    """Drop some of the connections that the project has to the database, and return how many.

    Args:
        chosen: returns those of a list that are to be dropped.
    """
    if connection.vendor not in _DROPPING:
        return 0
    listing, dropping = _DROPPING[connection.vendor]
    dropped = 0
    with connection.cursor() as cursor:
        cursor.execute(listing)
        for (number,) in chosen(cursor.fetchall()):
            with suppress(DatabaseError):  # it has ended meanwhile
                cursor.execute(dropping, [number])
                dropped += 1
    return dropped
