"""Documents of one account, found by id, by parent or by time without ever scanning the whole store.

A document is a plain dict with Stripe's own keys; a key that starts with an underscore is the
sandbox's own note and never leaves it. Every kind of document is kept in the order of time, and once
more for each value of its indexed fields. Time is what a document says of its own creation, and among
equals the order in which they came: what lives on a test clock is made in its own present.
"""

import heapq
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Document = dict[str, Any]
Key = tuple[str, str, Any]
Place = tuple[int, int]
"""When a document says it was created, and as which one of all it was put into the store."""
ENDLESS: Place = (2**63, 0)
IndexedFields = Mapping[str, Mapping[str, Callable[[Document], Any]]]


class Journal(Protocol):
    """Where changed documents are written so that they survive a restart."""

    def write(self, seq: int, object_id: str, document: Document | None) -> None: ...


@dataclass(slots=True)
class Row:
    place: Place
    document: Document
    keys: frozenset[Key] = frozenset()


@dataclass(slots=True)
class Store:
    indexed: IndexedFields
    journal: Journal | None = None
    _rows: dict[str, Row] = field(default_factory=dict)
    _by_seq: dict[int, Row] = field(default_factory=dict)
    _lists: dict[Key, list[Place]] = field(default_factory=lambda: defaultdict(list))
    _next_seq: int = 1

    def put(self, document: Document, *, seq: int | None = None) -> Document:
        """Insert or save a document. Saving is what moves it between indexes."""
        row = self._rows.get(document["id"])
        if row is None:
            seq = self._next_seq if seq is None else seq
            row = Row((_created(document), seq), document)
            self._next_seq = max(self._next_seq, seq + 1)
            self._rows[document["id"]] = self._by_seq[seq] = row
        row.document = document
        self._index(row, frozenset(self._keys_of(document)))
        if self.journal:
            self.journal.write(row.place[1], document["id"], document)
        return document

    def get(self, kind: str, object_id: str) -> Document | None:
        row = self._rows.get(object_id)
        return row.document if row and row.document["object"] == kind else None

    def find(self, object_id: str) -> Document | None:
        row = self._rows.get(object_id)
        return row.document if row else None

    def remove(self, object_id: str) -> None:
        row = self._rows.pop(object_id)
        self._index(row, frozenset())
        del self._by_seq[row.place[1]]
        if self.journal:
            self.journal.write(row.place[1], object_id, None)

    def unlist(self, document: Document) -> None:
        """Keep a deleted object's stub for retrieval by id, in no list."""
        row = self._rows[document["id"]]
        row.document = document
        self._index(row, frozenset())
        if self.journal:
            self.journal.write(row.place[1], document["id"], document)

    def count(self, kind: str) -> int:
        return len(self._lists.get((kind, "", None), ()))

    def kinds(self) -> list[str]:
        """The kinds of which there are any documents."""
        return [kind for (kind, name, _), places in self._lists.items() if not name and places]

    def length(self, kind: str, name: str, value: Any) -> int:
        """How many documents of a kind have this value in an indexed field."""
        return len(self._lists.get((kind, name, value), ()))

    def place_of(self, object_id: str) -> Place | None:
        row = self._rows.get(object_id)
        return row.place if row else None

    def created_of(self, object_id: str) -> int:
        return self._rows[object_id].place[0]

    def newest_first(
        self,
        kind: str,
        filters: Mapping[str, Any],
        *,
        created_from: int | None = None,
        created_below: int | None = None,
        before: Place | None = None,
    ) -> Iterator[Document]:
        """Documents of a kind, newest first; the filter with the fewest documents is the one walked.

        A tuple as the value of a filter means any of its values.
        """
        wanted = _wanted_keys(kind, filters)
        low = (created_from or 0, 0)
        high = min(before or ENDLESS, ENDLESS if created_below is None else (created_below, 0))
        walked = min(wanted, key=self._length)
        places = heapq.merge(*(self._descending(key, low, high) for key in walked), reverse=True)
        yield from self._matching(places, wanted)

    def oldest_first(
        self, kind: str, filters: Mapping[str, Any], *, after: Place = (-1, 0)
    ) -> Iterator[Document]:
        wanted = _wanted_keys(kind, filters)
        walked = min(wanted, key=self._length)
        places = heapq.merge(*(self._ascending(key, after) for key in walked))
        yield from self._matching(places, wanted)

    def _matching(self, places: Iterable[Place], wanted: list[list[Key]]) -> Iterator[Document]:
        seen = None
        for place in places:
            if place == seen:
                continue  # it has more than one of the values asked for
            seen, row = place, self._by_seq[place[1]]
            if all(any(key in row.keys for key in keys) for keys in wanted):
                yield row.document

    def _length(self, keys: list[Key]) -> int:
        return sum(len(self._lists.get(key, ())) for key in keys)

    def _descending(self, key: Key, low: Place, high: Place) -> Iterator[Place]:
        places = self._lists.get(key, [])
        start, end = bisect_left(places, low), bisect_left(places, high)
        return (places[position] for position in range(end - 1, start - 1, -1))

    def _ascending(self, key: Key, after: Place) -> Iterator[Place]:
        places = self._lists.get(key, [])
        return (places[position] for position in range(bisect_right(places, after), len(places)))

    def _keys_of(self, document: Document) -> Iterator[Key]:
        kind = document["object"]
        if document.get("deleted"):
            return
        yield kind, "", None
        for name, value_of in self.indexed.get(kind, {}).items():
            value = value_of(document)
            for entry in value if isinstance(value, (list, tuple)) else (value,):
                if entry is not None:
                    yield kind, name, entry

    def _index(self, row: Row, keys: frozenset[Key]) -> None:
        for key in row.keys - keys:
            places = self._lists[key]
            del places[bisect_left(places, row.place)]
        for key in keys - row.keys:
            insort(self._lists[key], row.place)
        row.keys = keys


def _created(document: Document) -> int:
    """An invoice item alone calls it its date."""
    return int(document.get("created", document.get("date", 0)))


def _wanted_keys(kind: str, filters: Mapping[str, Any]) -> list[list[Key]]:
    """For each filter the index keys of which a document must have one; the whole kind without any."""
    return [
        [(kind, name, value) for value in (values if isinstance(values, tuple) else (values,))]
        for name, values in filters.items()
    ] or [[(kind, "", None)]]
