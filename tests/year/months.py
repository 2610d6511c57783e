"""The year's months are closed by one person and locked by another, and then stay as they are."""

from hashlib import sha256

import pytest
from django.utils import timezone

from membership.models import User
from payments.errors import InvalidTransition, MonthNotReady, SamePerson
from payments.finance.months.actions import close_month, lock_month
from payments.finance.months.calendar import Month
from payments.finance.months.proof import changed_months
from payments.finance.tables import TABLES
from payments.models import (
    AccountingPeriod,
    BankLine,
    BankMatch,
    LedgerPosting,
    LegalEntity,
    MonthState,
)
from payments.reconciliation.bank_actions import set_line_aside
from payments.reconciliation.trail import Decision
from tests.year.files import exported
from tests.year.player import Played, work


def closed_by_two(played: Played) -> None:
    """In turn only, never by one person alone, and not while a line of the bank is unexplained."""
    entity, clerk = played.campaign.entity, played.bank.clerk
    lead, _ = User.objects.get_or_create(email="lead@courier.example")
    months = _months(played)
    with pytest.raises(InvalidTransition, match="Close January"):
        close_month(entity, months[1], actor=clerk, now=timezone.now())
    for month in months:
        if month is months[-1]:
            _explain_what_is_strange(entity, month, clerk)
        close_month(entity, month, actor=clerk, now=timezone.now())
        with pytest.raises(SamePerson):
            lock_month(entity, month, actor=clerk, now=timezone.now())
        lock_month(entity, month, actor=lead, now=timezone.now())
    locked = AccountingPeriod.objects.filter(entity=entity, state=MonthState.LOCKED)
    assert locked.count() == 12


def _explain_what_is_strange(entity: LegalEntity, month: Month, clerk: User) -> None:
    with pytest.raises(MonthNotReady, match="STRIPE GIFT VOUCHER"):
        close_month(entity, month, actor=clerk, now=timezone.now())
    strange = BankLine.objects.get(match=BankMatch.UNMATCHED)
    set_line_aside(strange.pk, decision=Decision(timezone.now(), clerk, "A present to the desk."))


def locked_for_good(played: Played) -> None:
    """What comes late counts in the first open month; the files of the locked ones stay the same byte for byte."""
    entity = played.campaign.entity
    before = _journals(played)
    periods = AccountingPeriod.objects.filter(entity=entity).order_by("first_on")
    assert [period.sha256 for period in periods] == [sha256(file).hexdigest() for file in before]
    played.incidents.refund(23)
    work(played.incidents.sandbox)
    late = LedgerPosting.objects.latest("posted_at")
    assert late.accounting_on > periods.last().last_on  # type: ignore[union-attr]
    assert _journals(played) == before
    assert changed_months(now=timezone.now()) == []


def _months(played: Played) -> list[Month]:
    return [Month.parse(f"{played.year}-{number:02}") for number in range(1, 13)]


def _journals(played: Played) -> list[bytes]:
    entity = played.campaign.entity
    return [exported(TABLES["journal"], "csv", month.filters(entity)) for month in _months(played)]
