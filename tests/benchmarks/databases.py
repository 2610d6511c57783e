"""Databases of a measurement's own, on the server that DATABASE_URL names."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, connections

from tests.benchmarks.books_loading import unlog_tables


@contextmanager
def own_database(name: str, *, template: str | None = None) -> Iterator[bool]:
    """Work in the new database `name`, gone at the end: migrated, or a copy of `template`. Yields True: it is new."""
    home = str(connection.settings_dict["NAME"])
    _run(home, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    copied = f' TEMPLATE "{template}"' if template else ""
    _run(home, f'CREATE DATABASE "{name}"{copied}')
    try:
        _switch(name)
        if template is None:
            call_command("migrate", verbosity=0)
        yield True
    finally:
        _switch(home)
        _run(home, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def kept_database(name: str) -> Iterator[bool]:
    """Work in the database `name`, which stays and is migrated each time. Yields whether it was made just now."""
    home = str(connection.settings_dict["NAME"])
    is_new = not _run(home, f"SELECT 1 FROM pg_database WHERE datname = '{name}'")  # noqa: S608  our own word
    if is_new:
        _run(home, f'CREATE DATABASE "{name}"')
    try:
        _switch(name)
        if is_new:
            call_command("migrate", verbosity=0)
        else:
            _migrate_unlogged()
        yield is_new
    finally:
        _switch(home)


def _migrate_unlogged() -> None:
    """Migrate tables that are not logged, and log no new one: a logged table may refer to no other."""
    unlog_tables()
    editor = connection.SchemaEditorClass
    logged = editor.sql_create_table
    editor.sql_create_table = logged.replace("CREATE TABLE", "CREATE UNLOGGED TABLE")
    try:
        call_command("migrate", verbosity=0)
    finally:
        editor.sql_create_table = logged


def _switch(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _run(home: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement that no transaction may hold, from a database that stays; returns its rows."""
    _switch("postgres")
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
    _switch(home)
    return rows
