"""What a tile is made of: amounts, each with the rows that sum to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from payments.finance.links import report_address


@dataclass(frozen=True, slots=True)
class Figure:
    """`minor` units of `currency`: the sum of the column `column` over the rows of `report` with these filters.

    `before` is the same of the month before, None where a comparison means nothing.
    """

    currency: str
    minor: int
    report: str
    column: str
    filters: Mapping[str, str]
    before: int | None = None

    @property
    def address(self) -> str:
        return report_address(self.report, self.filters)

    @property
    def change(self) -> str:
        """How it compares with the month before, in words; empty where that had nothing."""
        if not self.before:
            return ""
        permille = round((self.minor - self.before) * 1000 / abs(self.before))
        if permille == 0:
            return "as much as"
        return f"{abs(permille) / 10:.1f} % {'more' if permille > 0 else 'less'} than"


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the desk. `total` is in the newspaper's own currency, `parts` are per currency.

    `note` says what the total leaves out. A tile is shown only to those with `permission`.
    """

    title: str
    meaning: str
    total: Figure
    parts: Sequence[Figure] = field(default=())
    note: str = ""
    permission: str = "payments.view_reports"

    @property
    def has_other_currencies(self) -> bool:
        """Whether the parts say more than the total does."""
        return [(part.currency, part.minor) for part in self.parts] not in (
            [],
            [(self.total.currency, self.total.minor)],
        )
