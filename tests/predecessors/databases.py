"""Databases that a predecessor has left behind."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection

HERE = Path(__file__).parent
#: How the settings of the tests are told which database to use.
VARIABLES = {"sqlite": "PINAX_TEST_SQLITE", "postgresql": "PGDATABASE", "mysql": "MYSQL_DATABASE"}


class Database:
    """A database of a predecessor, of the kind that the tests run on."""

    def __init__(self, name, raw):
        self.name, self.raw = name, raw

    def manage(self, *arguments, **variables):
        """Run a command of a project on the present version, which uses this database; returns what it said."""
        chosen = {VARIABLES[connection.vendor]: self.name, "DJANGO_SETTINGS_MODULE": "tests.predecessors.settings"}
        return subprocess.run(
            [sys.executable, "-m", "django", *arguments],
            env={**os.environ, **chosen, **variables},
            cwd=HERE.parent.parent,
            capture_output=True,
            text=True,
            check=False,
        )

    def ask(self, sql):
        """Return the rows of a query."""
        cursor = self.raw.cursor()
        cursor.execute(sql)
        rows = [tuple(row) for row in cursor.fetchall()]
        self.raw.commit()
        return rows

    def tables(self, prefix):
        """Return each table with this prefix: how it is defined, its indexes too, and all of its rows."""
        tables = sorted(name for (name,) in self.ask(LISTING[connection.vendor]) if name.startswith(prefix))
        return {name: (self._definition(name), sorted(map(repr, self.ask(f"SELECT * FROM {name}")))) for name in tables}

    def _definition(self, table):
        return [row for sql in DEFINITION[connection.vendor] for row in sorted(self.ask(sql.format(table)), key=repr)]


LISTING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    "mysql": "SHOW TABLES",
}
#: What shows how a table is defined, by vendor.
DEFINITION = {
    "sqlite": ["SELECT sql FROM sqlite_master WHERE tbl_name = '{}'"],
    "postgresql": [
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = '{}'",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = '{}'::regclass",
        "SELECT indexdef FROM pg_indexes WHERE tablename = '{}'",
    ],
    "mysql": ["SHOW CREATE TABLE {}"],
}


@contextmanager
def left_by(predecessor, tmp_path):
    """Make the database that a predecessor has left behind, and delete it in the end."""
    dump = (HERE / predecessor / f"{connection.vendor}.sql").read_text("utf-8")
    with empty(tmp_path) as database:
        if connection.vendor == "sqlite":
            database.raw.executescript(dump)
        else:
            cursor = database.raw.cursor()
            is_mysql = connection.vendor == "mysql"
            statements = re.split(r";\n", dump) if is_mysql else [dump]
            cursor.execute("SET foreign_key_checks = 0" if is_mysql else "SET search_path = public")
            for statement in filter(str.strip, statements):
                cursor.execute(statement)
            database.raw.commit()
        yield database


@contextmanager
def empty(tmp_path, name="left"):
    """Make an empty database, and delete it in the end."""
    if connection.vendor == "sqlite":
        path = str(tmp_path / f"{name}.sqlite3")
        raw = sqlite3.connect(path)
        yield Database(path, raw)
        raw.close()
        return
    is_mysql = connection.vendor == "mysql"
    with _created(f"{name}_{os.getpid()}", " CHARACTER SET utf8mb4" if is_mysql else "") as database:
        yield database


@contextmanager
def _created(name, options):
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}{options}")
    other = connection.copy()
    other.settings_dict["NAME"] = name
    raw = other.get_new_connection(other.get_connection_params())
    try:
        yield Database(name, raw)
    finally:
        raw.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


@contextmanager
def used(database):
    """Let this process use a database, instead of that of the tests."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database.name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def emptied():
    """Delete all rows of this version, and nothing else, from the database that this process uses."""
    tables = [model._meta.db_table for model in apps.get_app_config("pinax_stripe").get_models()]
    connection.ops.execute_sql_flush(connection.ops.sql_flush(no_style(), tables))
