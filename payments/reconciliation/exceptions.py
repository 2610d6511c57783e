"""One queue of everything that does not add up; each source of rows adds itself, whatever topic it is of.

An empty queue lets a month be closed. A source yields rows that are exceptions now: once their reason is gone, so are
they. Rows whose object has no state of its own are settled here, with a note.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.contrib.auth.base_user import AbstractBaseUser

from payments.entities.models import LegalEntity
from payments.errors import NoteMissing
from payments.periods import civil_date
from payments.reconciliation.models import ExceptionSettlement


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """Something that a person must look at.

    `kind` and `key` together name it for good; `amount` is in minor units of `currency`, None where no money is meant.
    `link` is the path of the page that shows it, empty where there is none. `settled_note` is set once a person
    explained it: then it is listed and blocks nothing.
    """

    kind: str
    key: str
    title: str
    since: datetime
    reason: str
    currency: str = ""
    amount: int | None = None
    link: str = ""
    settled_note: str = ""

    @property
    def is_settled(self) -> bool:
        return bool(self.settled_note)


Source = Callable[[LegalEntity, datetime], Iterable[ExceptionRow]]

_SOURCES: dict[str, Source] = {}


def exception_source(kind: str) -> Callable[[Source], Source]:
    """Register a source of rows of `kind`; it is called with the entity and the present instant."""

    def register(source: Source) -> Source:
        _SOURCES[kind] = source
        return source

    return register


def exception_kinds() -> list[str]:
    """Return the kinds of rows that there are, in alphabetical order."""
    return sorted(_SOURCES)


def exceptions(
    entity: LegalEntity, *, now: datetime, kinds: Iterable[str] = (), with_settled: bool = False
) -> list[ExceptionRow]:
    """Return what needs a person, oldest first; of all kinds unless some are named."""
    wanted = set(kinds) or _SOURCES.keys()
    rows = [row for kind in _SOURCES if kind in wanted for row in _SOURCES[kind](entity, now)]
    notes = {
        (kind, key): note
        for kind, key, note in ExceptionSettlement.objects.filter(
            kind__in=wanted, key__in=[row.key for row in rows]
        ).values_list("kind", "key", "note")
    }
    noted = [
        replace(row, settled_note=row.settled_note or notes.get((row.kind, row.key), ""))
        for row in rows
    ]
    shown = [row for row in noted if with_settled or not row.is_settled]
    return sorted(shown, key=lambda row: (row.since, row.kind, row.key))


def exceptions_until(entity: LegalEntity, last: date, *, now: datetime) -> list[ExceptionRow]:
    """Return the unsettled rows that began on or before a day: what keeps a month that ends then from closing."""
    return [
        row
        for row in exceptions(entity, now=now)
        if civil_date(row.since, entity.time_zone) <= last
    ]


def settle_exception(
    kind: str, *, key: str, note: str, actor: AbstractBaseUser, now: datetime
) -> ExceptionSettlement:
    """Explain a row of the queue, once and for good; raises NoteMissing. Safe to repeat: the first note stands."""
    if not note.strip():
        raise NoteMissing("Say in a note why this is in order.")
    settlement, _ = ExceptionSettlement.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={"note": note.strip(), "settled_by_id": actor.pk, "settled_at": now},
    )
    return settlement
