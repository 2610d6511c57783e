"""Database triggers: rows that are written once, and postings that balance.

They are installed after every migration on both engines and hold against every program that writes, ours or not. A
refusal surfaces as Django's IntegrityError. SQLite drops a table's triggers when a migration remakes it, and refuses
to rename a table that another's trigger names, so there they are taken off before a migration and put back after it.
"""

from collections.abc import Iterable

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate

from payments.trigger_sql import NAME_PREFIX, Dialect, Refusal, dialect_of

_REFUSALS: dict[str, Refusal] = {}


def refuse(refusal: Refusal) -> None:
    """Have the database refuse something from the next migration on."""
    _REFUSALS[refusal.name] = refusal


def protect(
    model: type[models.Model],
    *,
    set_once: Iterable[str] = (),
    emptied: Iterable[str] = (),
    moving: Iterable[str] = (),
    due_while: str = "",
) -> None:
    """Let rows of `model` be inserted only.

    A field of `set_once` may still be filled where it is null, and a text of `emptied` be emptied: it may name a person
    who is forgotten. Those of `moving` may change. A row of which `due_while` holds, SQL over OLD, is still being made.
    """
    table = model._meta.db_table  # noqa: SLF001  Django's documented model API
    changes = _is_another_change(model, frozenset(set_once), frozenset(emptied), frozenset(moving))
    if due_while:
        changes = f"NOT ({due_while}) AND {changes}"
    refuse(Refusal(table, "no_update", "UPDATE", changes))
    refuse(Refusal(table, "no_delete", "DELETE"))
    refuse(Refusal(table, "no_truncate", "TRUNCATE"))
    refuse(Refusal(table, "no_replace", "REPLACE", _is_there_already(model)))


def _is_there_already(model: type[models.Model]) -> str:
    keys = [field.column for field in model._meta.local_concrete_fields if field.unique]  # noqa: SLF001
    same = " OR ".join(f'there."{key}" = NEW."{key}"' for key in keys)
    return f'EXISTS (SELECT 1 FROM "{model._meta.db_table}" there WHERE {same})'  # noqa: S608, SLF001


def _is_another_change(
    model: type[models.Model],
    set_once: frozenset[str],
    emptied: frozenset[str],
    moving: frozenset[str],
) -> str:
    fields = model._meta.local_concrete_fields  # noqa: SLF001
    if not set_once | emptied | moving:
        return "1 = 1"
    allowed = [
        f'(OLD."{field.column}" {{same}} NEW."{field.column}"'
        + (f' OR OLD."{field.column}" IS NULL' if field.name in set_once else "")
        + (f" OR NEW.\"{field.column}\" = ''" if field.name in emptied else "")
        + ")"
        for field in fields
        if field.name not in moving
    ]
    return f"NOT ({' AND '.join(allowed)})"


def watch_migrations(app_config: AppConfig) -> None:
    """Install the triggers after every migration; called once, when the apps are ready."""
    pre_migrate.connect(_before_migrating, sender=app_config, dispatch_uid="payments.triggers")
    post_migrate.connect(_after_migrating, sender=app_config, dispatch_uid="payments.triggers")


def _before_migrating(*, using: str, **_: object) -> None:
    if connections[using].vendor == "sqlite":
        drop_all(using)


def _after_migrating(*, using: str, **_: object) -> None:
    install_all(using)


def install_all(using: str = DEFAULT_DB_ALIAS) -> None:
    """Create every trigger whose table exists, replacing what is there. Safe to repeat."""
    connection = connections[using]
    dialect = dialect_of(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        drop_all(using)
        for refusal in _expected(connection, dialect):
            for statement in dialect.create(refusal):
                cursor.execute(statement)


def drop_all(using: str = DEFAULT_DB_ALIAS) -> None:
    """Remove every trigger: for SQLite's migrations and the test suite's flush, never in operation."""
    connection = connections[using]
    dialect = dialect_of(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(dialect.listing, [f"{NAME_PREFIX}%"])
        for name, table, *_ in cursor.fetchall():
            for statement in dialect.drop(name, table):
                cursor.execute(statement)


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Return the names of the triggers that are not there, are switched off, or do something else than ours."""
    connection = connections[using]
    dialect = dialect_of(connection)
    with connection.cursor() as cursor:
        cursor.execute(dialect.listing, [f"{NAME_PREFIX}%"])
        bodies = {name: body for name, _, body, is_on in cursor.fetchall() if is_on}
    return [
        refusal.name
        for refusal in _expected(connection, dialect)
        if bodies.get(refusal.name) != dialect.body(refusal)
    ]


def _expected(connection: BaseDatabaseWrapper, dialect: Dialect) -> list[Refusal]:
    """Return what this engine can refuse on the tables that exist, while apps migrate one after the other."""
    tables = set(connection.introspection.table_names())
    return [
        refusal
        for refusal in _REFUSALS.values()
        if refusal.event in dialect.events and tables.issuperset(refusal.tables)
    ]
