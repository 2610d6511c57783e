"""The journals of the year's payouts, as accounting packages read them back."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile, is_zipfile

from payments.finance.journals.formats import FORMATS
from payments.finance.journals.models import AccountMapping
from payments.finance.journals.packing import packed
from payments.finance.journals.queries import Prepared, prepared_journals
from payments.finance.journals.sources import JournalBy
from payments.models import LedgerAccount, Payout
from payments.reconciliation.queries import payouts_retried_by
from tests.year.player import Played

_IIF_AMOUNT = "AMOUNT"


def of_each_payout(played: Played) -> None:
    """None while an account is not mapped; then one a payout, which refers to it and leaves nothing in clearing."""
    blocked = _prepared(played, "xero")
    assert blocked.is_blocked
    assert blocked.journals == []
    for number, account in enumerate(LedgerAccount):
        AccountMapping.objects.create(
            entity=played.campaign.entity,
            account=account,
            code=str(200 + number),
            tax_rate="Tax Exempt",
        )
    journals = _prepared(played, "xero").journals
    payouts = {each.stripe_id: each for each in Payout.objects.all()}
    assert sorted(each.reference for each in journals) == sorted(payouts)
    for journal in journals:
        amounts: Counter[str] = Counter()
        for line in journal.lines:
            amounts[line.account] += line.amount
        assert journal.reference in journal.narration
        payout = payouts[journal.reference]
        came_back = sum(each.amount for each in payouts_retried_by(payout))
        assert amounts[LedgerAccount.BANK_IN_TRANSIT] == payout.amount - came_back
        assert amounts[LedgerAccount.STRIPE_CLEARING] == 0
        assert amounts.total() == 0


def balanced_as_read_back(played: Played) -> None:
    """Every block of every file sums to zero, read by csv and as QuickBooks Desktop does."""
    for file in _files(played, "xero"):
        sums: Counter[str] = Counter()
        for row in csv.DictReader(StringIO(file), strict=True):
            sums[row["*Narration"]] += Decimal(row["*Amount"])  # type: ignore[assignment]
        assert sums
        assert set(sums.values()) == {0}
    for file in _files(played, "quickbooks_online"):
        sums = Counter()
        for row in csv.DictReader(StringIO(file), strict=True):
            debit, credit = (Decimal(row[name] or 0) for name in ("Debits", "Credits"))
            sums[row["Journal No"]] += debit - credit  # type: ignore[assignment]
        assert sums
        assert set(sums.values()) == {0}
    for file in _files(played, "quickbooks_iif"):
        blocks = list(_iif_blocks(file))
        assert blocks
        assert {sum(block) for block in blocks} == {0}


def _iif_blocks(file: str) -> Iterator[list[Decimal]]:
    """The amounts of each transaction, from its TRNS to its ENDTRNS."""
    headings: dict[str, list[str]] = {}
    block: list[Decimal] = []
    for line in file.splitlines():
        kind, *cells = line.split("\t")
        if kind.startswith("!"):
            headings[kind[1:]] = cells
        elif kind == "ENDTRNS":
            yield block
            block = []
        elif _IIF_AMOUNT in headings.get(kind, ()):
            block.append(Decimal(cells[headings[kind].index(_IIF_AMOUNT)]))


def _files(played: Played, name: str) -> list[str]:
    form = FORMATS[name]
    journals = _prepared(played, name).journals
    content = packed(journals, form, stem="year", country="GB").content
    if not is_zipfile(BytesIO(content)):
        return [content.decode("utf-8-sig")]
    with ZipFile(BytesIO(content)) as archive:
        return [archive.read(each).decode("utf-8-sig") for each in archive.namelist()]


def _prepared(played: Played, name: str) -> Prepared:
    return prepared_journals(
        played.campaign.entity,
        JournalBy.PAYOUT,
        FORMATS[name],
        first=date(played.year, 1, 1),
        last=date(played.year + 1, 12, 31),
    )
