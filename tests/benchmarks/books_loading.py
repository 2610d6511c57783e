"""Loading very many rows into an empty database: nothing logged, nothing looked up, indexes made at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

# Foreign keys go first and come last, for a key that is referred to cannot be dropped.
_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype = 'f' FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f') AND {tables}
    ORDER BY contype = 'f' DESC, conname
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE {tables} AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
"""
# A logged table may refer to no unlogged one, so those go first that nothing logged refers to.
_UNLOGGED = """
DO $$ DECLARE t text; done boolean := false; BEGIN
    WHILE NOT done LOOP
        done := true;
        FOR t IN SELECT oid::regclass::text FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relpersistence = 'p' LOOP
            BEGIN
                EXECUTE 'ALTER TABLE ' || t || ' SET UNLOGGED';
                done := false;
            EXCEPTION WHEN invalid_table_definition THEN NULL;
            END;
        END LOOP;
    END LOOP;
END $$
"""


@contextmanager
def bulk_loading(*loaded: type[models.Model]) -> Iterator[None]:
    """Fill the tables of these models without triggers, keys and indexes; all are there again at the end.

    The foreign keys come back unchecked: what is loaded is copied from rows that were checked.
    """
    tables = ", ".join(f"'{model._meta.db_table}'::regclass" for model in loaded)
    unlog_tables()
    constraints = run(
        _CONSTRAINTS.format(tables=f"(conrelid IN ({tables}) OR confrelid IN ({tables}))")
    )
    indexes = run(_INDEXES.format(tables=f"indrelid IN ({tables})"))
    run("SET synchronous_commit = off")
    run("SET maintenance_work_mem = '1GB'")
    run("SET work_mem = '256MB'")
    for table, name, _, _ in constraints:
        run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        run(f"DROP INDEX {name}")
    run("SET session_replication_role = replica")
    yield
    run("SET session_replication_role = origin")
    for table, name, definition, is_foreign in reversed(constraints):
        unchecked = " NOT VALID" if is_foreign else ""
        run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}{unchecked}')
    for _, definition in indexes:
        run(definition)
    for model in loaded:
        run(f"VACUUM ANALYZE {model._meta.db_table}")
    for setting in ("synchronous_commit", "maintenance_work_mem", "work_mem"):
        run(f"RESET {setting}")


def unlog_tables() -> None:
    """Log no table of the database any more."""
    run(_UNLOGGED)


def copy(row: models.Model, source: str, **differs: str) -> None:
    """Insert a copy of `row` for each row of `source` (SQL, as g), with SQL for the columns that differ."""
    table = row._meta.db_table
    columns = [
        field.column
        for field in row._meta.concrete_fields
        if not field.primary_key or field.column in differs
    ]
    assert differs.keys() <= set(columns), differs.keys() - set(columns)
    values = ", ".join(differs.get(column, f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    # The pattern's key has no index now: so that it is looked for once, and not for each row of the source.
    pattern = f"SELECT * FROM {table} WHERE id = '{row.pk}' LIMIT 1"  # noqa: S608  our own names
    run(f"INSERT INTO {table} ({names}) SELECT {values} FROM ({pattern}) t, {source} AS g")  # noqa: S608


def run(statement: str) -> list[tuple[str, ...]]:
    """Run one statement of our own and return its rows, none where it has none."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []
