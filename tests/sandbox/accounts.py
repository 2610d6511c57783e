"""The accounts of one running sandbox, each made when its name is first used."""

import json
import re
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from tests.sandbox.engine import deliveries
from tests.sandbox.engine.account import DEFAULT_SETTINGS, Account
from tests.sandbox.engine.indexes import INDEXED_FIELDS
from tests.sandbox.engine.store import Document, Store

DEFAULT_ACCOUNT = "default"
ACCOUNT_NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}")

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (account, id)
) WITHOUT ROWID
"""


class StateFile:
    """Documents in one SQLite file, so that the demo's state survives a restart."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(SCHEMA)
        self._connection.commit()

    def account_names(self) -> list[str]:
        return [
            name for (name,) in self._connection.execute("SELECT DISTINCT account FROM documents")
        ]

    def load(self, account: str, store: Store) -> None:
        rows = self._connection.execute(
            "SELECT seq, body FROM documents WHERE account = ? ORDER BY seq", (account,)
        )
        for seq, body in rows.fetchall():
            store.put(json.loads(body), seq=seq)

    def write(self, account: str, seq: int, object_id: str, document: Document | None) -> None:
        if document is None:
            self._connection.execute(
                "DELETE FROM documents WHERE account = ? AND id = ?", (account, object_id)
            )
        else:
            self._connection.execute(
                "INSERT OR REPLACE INTO documents (account, id, seq, body) VALUES (?, ?, ?, ?)",
                (account, object_id, seq, json.dumps(document)),
            )

    def forget(self, account: str) -> None:
        self._connection.execute("DELETE FROM documents WHERE account = ?", (account,))

    def commit(self) -> None:
        self._connection.commit()

    def close(self) -> None:
        self._connection.commit()
        self._connection.close()


@dataclass(frozen=True, slots=True)
class _AccountJournal:
    state: StateFile
    account: str

    def write(self, seq: int, object_id: str, document: Document | None) -> None:
        self.state.write(self.account, seq, object_id, document)


@dataclass(slots=True)
class Accounts:
    base_url: str
    state: StateFile | None = None
    clock_offset: int = 0
    _known: dict[str, Account] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.state.account_names() if self.state else []:
            self.get(name)

    def get(self, name: str = DEFAULT_ACCOUNT) -> Account:
        """The account of this name; ValueError for a name that cannot stand in a URL."""
        if name not in self._known:
            if not ACCOUNT_NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot be the name of a sandbox account.")
            self._known[name] = self._open(name)
        return self._known[name]

    def reset(self, name: str) -> Account:
        """The account as if it had never been used."""
        self._known.pop(name, None)
        if self.state:
            self.state.forget(name)
        return self.get(name)

    def all(self) -> list[Account]:
        return list(self._known.values())

    def commit(self) -> None:
        if self.state:
            self.state.commit()

    def _open(self, name: str) -> Account:
        prefix = "" if name == DEFAULT_ACCOUNT else f"/a/{name}"
        store = Store(INDEXED_FIELDS)
        account = Account(name, f"{self.base_url}{prefix}", store)
        if self.state:
            self.state.load(name, store)
            store.journal = _AccountJournal(self.state, name)
        if self.clock_offset and not account.settings["clock_offset"]:
            account.move_clock(self.clock_offset)
        # A state file from before a setting existed has none of it.
        store.put({**DEFAULT_SETTINGS, **account.settings})
        account.restore_timers()
        deliveries.requeue_unsent(account)
        return account
