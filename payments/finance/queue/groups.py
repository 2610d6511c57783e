from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from payments.reconciliation.exceptions import ExceptionRow

# What these show has a state of its own, which is decided on its page.
_DECIDED_ELSEWHERE = frozenset({"payout", "bank line"})


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one kind, oldest first."""

    kind: str
    rows: Sequence[ExceptionRow]

    @property
    def title(self) -> str:
        return self.kind.capitalize()

    @property
    def since(self) -> datetime:
        return self.rows[0].since

    @property
    def sums(self) -> list[tuple[str, int]]:
        """What the rows come to in each currency, in minor units."""
        sums: dict[str, int] = {}
        for row in self.rows:
            if row.currency and row.amount is not None:
                sums[row.currency] = sums.get(row.currency, 0) + row.amount
        return sorted(sums.items())

    @property
    def is_settled_here(self) -> bool:
        return is_settled_here(self.kind)


def is_settled_here(kind: str) -> bool:
    """Say whether a note settles rows of this kind; the others are decided on the page of their object."""
    return kind not in _DECIDED_ELSEWHERE


def groups_of(rows: Iterable[ExceptionRow]) -> list[Group]:
    """Group rows that come oldest first: the group whose oldest row has waited longest is the first."""
    groups: dict[str, list[ExceptionRow]] = {}
    for row in rows:
        groups.setdefault(row.kind, []).append(row)
    return [Group(kind, tuple(each)) for kind, each in groups.items()]
