"""How PostgreSQL and SQLite are told to refuse a change."""

from dataclasses import dataclass
from typing import Literal, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

NAME_PREFIX = "masthead_"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Refuse `event` on `table` where `condition` holds: SQL over OLD and NEW that both engines read.

    `{same}` in the condition stands for the engine's equality that takes two nulls as equal. `also_reads` are the
    other tables that the condition reads.
    """

    table: str
    purpose: str
    event: Literal["INSERT", "UPDATE", "DELETE", "TRUNCATE", "REPLACE"]
    condition: str = "1 = 1"
    also_reads: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{NAME_PREFIX}{self.table}_{self.purpose}"

    @property
    def tables(self) -> tuple[str, ...]:
        return (self.table, *self.also_reads)

    @property
    def message(self) -> str:
        return f"{self.table} refuses {self.event} ({self.purpose})"


class Dialect(Protocol):
    """One engine's words; `listing` returns each installed trigger's name, table, body and whether it is on."""

    events: frozenset[str]
    listing: str

    def create(self, refusal: Refusal) -> tuple[str, ...]: ...

    def drop(self, name: str, table: str) -> tuple[str, ...]: ...

    def body(self, refusal: Refusal) -> str: ...


class _Sqlite:
    # DELETE without WHERE is SQLite's TRUNCATE, and fires the triggers of DELETE. INSERT OR REPLACE deletes what is in
    # its way without firing them, so that is to be looked for before the insertion.
    events = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE"})
    listing = (
        "SELECT name, tbl_name, sql, 1 FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    )

    def create(self, refusal: Refusal) -> tuple[str, ...]:
        return (self.body(refusal),)

    def drop(self, name: str, table: str) -> tuple[str, ...]:
        return (f'DROP TRIGGER "{name}"',)

    def body(self, refusal: Refusal) -> str:
        condition = refusal.condition.format(same="IS")
        event = "INSERT" if refusal.event == "REPLACE" else refusal.event
        return (
            f'CREATE TRIGGER "{refusal.name}" BEFORE {event} ON "{refusal.table}" '
            f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{refusal.message}'); END"
        )


class _Postgresql:
    events = frozenset({"INSERT", "UPDATE", "DELETE", "TRUNCATE"})
    listing = (
        "SELECT t.tgname, c.relname, p.prosrc, t.tgenabled <> 'D' FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgname LIKE %s AND c.relnamespace = current_schema()::regnamespace"
    )

    def create(self, refusal: Refusal) -> tuple[str, ...]:
        each = "STATEMENT" if refusal.event == "TRUNCATE" else "ROW"
        function = (
            f'CREATE OR REPLACE FUNCTION "{refusal.name}"() RETURNS trigger LANGUAGE plpgsql '
            f"AS $body${self.body(refusal)}$body$"
        )
        trigger = (
            f'CREATE TRIGGER "{refusal.name}" BEFORE {refusal.event} ON "{refusal.table}" '
            f'FOR EACH {each} EXECUTE FUNCTION "{refusal.name}"()'
        )
        return function, trigger

    def drop(self, name: str, table: str) -> tuple[str, ...]:
        return f'DROP TRIGGER "{name}" ON "{table}"', f'DROP FUNCTION IF EXISTS "{name}"()'

    def body(self, refusal: Refusal) -> str:
        # The class of integrity violations, so that Django raises the same error on both engines.
        refuse = f"RAISE EXCEPTION '{refusal.message}' USING ERRCODE = 'restrict_violation';"
        if refusal.event == "TRUNCATE":
            return f" BEGIN {refuse} END "
        condition = refusal.condition.format(same="IS NOT DISTINCT FROM")
        row = "OLD" if refusal.event == "DELETE" else "NEW"
        return f" BEGIN IF {condition} THEN {refuse} END IF; RETURN {row}; END "


def dialect_of(connection: BaseDatabaseWrapper) -> Dialect:
    """Return the words of the connection's engine; raises KeyError for one that we do not support."""
    dialects: dict[str, Dialect] = {"sqlite": _Sqlite(), "postgresql": _Postgresql()}
    return dialects[connection.vendor]
