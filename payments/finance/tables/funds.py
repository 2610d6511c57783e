"""R10, funds: what each held before the period, received, gave back, released and holds after it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from payments.campaigns.models import Fund
from payments.entities.models import LegalEntity
from payments.finance.columns import Column, Link, Row, Value, amount, amount_columns
from payments.finance.links import report_address, to_report
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.table import Table
from payments.ledger.accounts import CONTRA_INCOME, INCOME, LedgerAccount
from payments.ledger.sums.queries import entries_moved

# The place of what each account moves among a fund's sums.
_ACCOUNTS = (
    dict.fromkeys(INCOME, 1) | dict.fromkeys(CONTRA_INCOME, 2) | {LedgerAccount.FUNDS_RELEASED: 3}
)


def _before(filters: Filters) -> dict[str, str] | None:
    first = filters.get("first")
    return {"last": str(date.fromisoformat(first) - timedelta(days=1))} if first else None


def _within(movement: str) -> Callable[[Filters], dict[str, str]]:
    return lambda filters: {
        "first": filters.get("first", ""),
        "last": filters.get("last", ""),
        "movement": movement,
    }


def _until(filters: Filters) -> dict[str, str]:
    return {"last": filters.get("last", "")}


def _to_lines(chosen: Callable[[Filters], dict[str, str] | None]) -> Link:
    """Return the link from a figure of a fund to the lines of the ledger that sum to it."""

    def link(values: Mapping[str, Value], filters: Filters) -> str:
        lines = chosen(filters)
        if lines is None:
            return ""
        of_fund = {"fund": str(values["fund"]), "currency": str(values["currency"])}
        return report_address("fund_movements", {"entity": filters["entity"], **lines, **of_fund})

    return link


_COLUMNS = (
    Column("fund", is_shown=False),
    Column("fund_name", heading="Fund", link=to_report("gift_register", fund="fund")),
    Column("restricted", labels={"yes": "Restricted", "no": "Unrestricted"}, heading="Kind"),
    Column("currency"),
    *amount_columns("opening", currency="currency", is_summed=False, link=_to_lines(_before)),
    *amount_columns("received", currency="currency", link=_to_lines(_within("received"))),
    *amount_columns("given_back", currency="currency", link=_to_lines(_within("given_back"))),
    *amount_columns("released", currency="currency", link=_to_lines(_within("released"))),
    *amount_columns("closing", currency="currency", is_summed=False, link=_to_lines(_until)),
)


# What a fund of one currency held, received, gave back and released; a credit is positive here.
_Sums = defaultdict[tuple[int | None, str], list[int]]


def _rows(filters: Filters) -> Iterator[Row]:
    selection = PeriodSelection.from_filters(filters)
    entity = LegalEntity.objects.get(slug=selection.entity)
    sums = _sums(entity, selection.first, selection.last)
    funds = Fund.objects.filter(pk__in={fund_id for fund_id, _ in sums}).order_by("name", "code")
    for fund in funds:
        for currency in sorted(each for fund_id, each in sums if fund_id == fund.pk):
            opening, received, given_back, released = sums[fund.pk, currency]
            yield (
                fund.code,
                fund.name,
                "yes" if fund.is_restricted else "no",
                currency,
                *amount(opening, currency),
                *amount(received, currency),
                *amount(given_back, currency),
                *amount(released, currency),
                *amount(opening + received + given_back + released, currency),
            )


def _sums(entity: LegalEntity, first: date | None, last: date | None) -> _Sums:
    """Add up what moved each fund before the period and within it, by accounting date."""
    sums: _Sums = defaultdict(lambda: [0, 0, 0, 0])
    if first is not None:
        for each in entries_moved(entity, last=first - timedelta(days=1)):
            if each.fund_id and each.account in _ACCOUNTS:
                sums[each.fund_id, each.currency][0] -= each.balance
    for each in entries_moved(entity, first=first, last=last):
        if each.fund_id and each.account in _ACCOUNTS:
            sums[each.fund_id, each.currency][_ACCOUNTS[each.account]] -= each.balance
    return sums


FUNDS = Table(
    code="R10",
    name="funds",
    title="Funds",
    definition=(
        "What each fund held before the period, received, gave back, released to its purpose and holds after it, in "
        "the currency that Stripe settled in, by accounting date and before Stripe’s fees."
    ),
    schema_version=2,
    columns=_COLUMNS,
    rows=_rows,
)
