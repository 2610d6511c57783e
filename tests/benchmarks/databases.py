"""Databases of a measurement's own, on the server that DATABASE_URL names, gone when it ends."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection, connections


@contextmanager
def own_database(name: str, *, template: str | None = None) -> Iterator[None]:
    """Work in the database `name`: migrated, or a copy of `template`."""
    home = str(connection.settings_dict["NAME"])
    _run(home, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    copied = f' TEMPLATE "{template}"' if template else ""
    _run(home, f'CREATE DATABASE "{name}"{copied}')
    try:
        _switch(name)
        if template is None:
            call_command("migrate", verbosity=0)
        yield
    finally:
        _switch(home)
        _run(home, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _switch(name: str) -> None:
    connections.close_all()
    connection.settings_dict["NAME"] = name


def _run(home: str, statement: str) -> None:
    """Run a statement that no transaction may hold, from a database that stays."""
    _switch("postgres")
    with connection.cursor() as cursor:
        cursor.execute(statement)
    _switch(home)
