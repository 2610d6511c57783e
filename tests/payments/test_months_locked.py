"""After a month was closed or locked: what comes late counts in the next one, and its files stay as they are."""

from datetime import date
from functools import partial

import pytest
from django.db import transaction

from payments.finance.months.proof import changed_months, is_as_locked, proof_of
from payments.ledger.corrections import reverse_posting
from payments.models import (
    AccountingPeriod,
    Campaign,
    LedgerAccount,
    LedgerEntry,
    LedgerPosting,
    LegalEntity,
    MonthState,
)
from payments.triggers import drop_all, install_all
from tests.payments.gifts import a_gift, a_refund
from tests.payments.months import (
    CLOSING,
    NOVEMBER,
    OCTOBER,
    THEN,
    close,
    lock,
    october,
)
from tests.payments.test_triggers import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_locked", [False, True])
def test_what_comes_late_counts_in_the_first_open_month_and_keeps_its_day(
    is_locked: bool, campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    close(entity)
    if is_locked:
        lock(entity)

    payment = a_gift(campaign, 300, at=THEN)

    late = LedgerPosting.objects.get(balance_transaction__payment=payment)
    assert (late.accounting_on, late.original_on) == (date(2026, 11, 1), date(2026, 10, 15))
    on_time = a_gift(campaign, 300, at=CLOSING)
    posting = LedgerPosting.objects.get(balance_transaction__payment=on_time)
    assert posting.accounting_on == posting.original_on == CLOSING.date()


def test_a_correction_of_a_closed_month_counts_in_the_first_open_one(
    campaign: Campaign, entity: LegalEntity
) -> None:
    gift = october(campaign)
    close(entity)
    booked = LedgerPosting.objects.filter(balance_transaction__payment=gift).earliest("posted_at")

    correction = reverse_posting(booked.pk, reason="Not ours.", by=None, now=CLOSING)

    assert (correction.accounting_on, correction.original_on) == (
        date(2026, 11, 1),
        date(2026, 10, 15),
    )


@pytest.mark.parametrize("day", [date(2026, 10, 31), date(2026, 9, 1)])
def test_the_database_refuses_a_posting_into_a_locked_month_or_before_it(
    day: date, campaign: Campaign, entity: LegalEntity
) -> None:
    gift = october(campaign)
    booked = LedgerPosting.objects.filter(balance_transaction__payment=gift).earliest("posted_at")

    def post(on: date) -> None:
        posting = LedgerPosting(
            entity=entity,
            corrects=booked,
            reason="test",
            description="test",
            accounting_on=on,
            original_on=on,
            posted_at=CLOSING,
        )
        LedgerEntry.objects.bulk_create(
            LedgerEntry(posting_id=posting.pk, account=account, currency="GBP", amount=amount)
            for account, amount in ((LedgerAccount.PROCESSING_FEES, 1), (LedgerAccount.REFUNDS, -1))
        )
        posting.save(force_insert=True)

    assert not refused(partial(post, date(2026, 10, 31)))
    close(entity)
    lock(entity)
    assert refused(partial(post, day))
    assert not refused(partial(post, date(2026, 11, 1)))


def test_the_database_changes_and_deletes_no_locked_month(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    close(entity)
    lock(entity)
    months = AccountingPeriod.objects.all()

    assert refused(partial(months.update, state=MonthState.SOFT_CLOSED))
    assert refused(partial(months.update, sha256="0" * 64))
    assert refused(partial(months._raw_delete, months.db))


def test_a_locked_month_gives_the_same_bytes_whatever_happens_to_its_gifts(
    campaign: Campaign, entity: LegalEntity
) -> None:
    gift = october(campaign)
    before = proof_of(entity, OCTOBER, now=THEN)
    close(entity)
    locked = lock(entity)
    assert (locked.line_count, locked.sha256) == (before.line_count, before.sha256)

    # Later events of the same month and about the same gift.
    a_gift(campaign, 4000, at=THEN)
    a_refund(gift, 1800, at=CLOSING)
    campaign.title = "Another name"
    campaign.save()
    entity.trading_name = "Another Courier"
    entity.save()

    assert is_as_locked(locked, now=CLOSING)
    assert changed_months(now=CLOSING) == []
    assert proof_of(entity, NOVEMBER, now=CLOSING) != proof_of(entity, OCTOBER, now=CLOSING)


def test_a_locked_month_that_was_tampered_with_is_found(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    close(entity)
    locked = lock(entity)
    drop_all()
    with transaction.atomic():
        LedgerEntry.objects.filter(detail="stripe_fee").update(detail="other_fee")
    install_all()

    assert changed_months(now=CLOSING) == [locked]
