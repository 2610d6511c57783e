"""A month of the books: refused until everything adds up, closed by one, locked by another, then unchanged."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from payments.desk.releases.actions import approve_release
from payments.errors import InvalidTransition, MonthNotReady, NoteMissing, SamePerson
from payments.finance.months.actions import (
    close_month,
    lock_month,
    reopen_month,
    waive_exception,
)
from payments.finance.months.calendar import Month
from payments.finance.months.queries import months_of, next_to_close, readiness_of
from payments.ledger.actions import book_balance_transaction
from payments.ledger.corrections import explain_suspense
from payments.models import (
    AccountingPeriod,
    AuditEntry,
    Campaign,
    FundRelease,
    LedgerAccount,
    LedgerPosting,
    LegalEntity,
    MonthState,
)
from payments.triggers import drop_all, install_all
from tests.factories import UserFactory
from tests.payments.gifts import a_gift
from tests.payments.months import (
    CLOSING,
    NOVEMBER,
    OCTOBER,
    THEN,
    close,
    lock,
    october,
    stripe_holds,
)
from tests.payments.releases import a_release, restrict
from tests.payments.snapshots import a_balance_transaction
from tests.payments.test_triggers import refused

pytestmark = pytest.mark.django_db


def test_a_month_that_adds_up_is_closed_by_one_person_and_locked_by_another(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    one, other = UserFactory.create(), UserFactory.create()

    closed = close_month(entity, OCTOBER, actor=one, now=CLOSING)
    assert (closed.state, closed.closed_by) == (MonthState.SOFT_CLOSED, one)
    with pytest.raises(SamePerson):
        lock_month(entity, OCTOBER, actor=one, now=CLOSING)
    locked = lock_month(entity, OCTOBER, actor=other, now=CLOSING)

    assert (locked.state, locked.locked_by) == (MonthState.LOCKED, other)
    trail = AuditEntry.objects.order_by("id").values_list("action", "actor", "before", "after")
    assert [(action, actor) for action, actor, _, _ in trail] == [
        ("month_closed", one.pk),
        ("month_locked", other.pk),
    ]
    assert [(before["state"], after["state"]) for _, _, before, after in trail] == [
        ("open", "soft_closed"),
        ("soft_closed", "locked"),
    ]


def test_the_database_wants_two_people_as_well(campaign: Campaign, entity: LegalEntity) -> None:
    october(campaign)
    period = close(entity)

    def lock_alone() -> None:
        period.state, period.sha256 = MonthState.LOCKED, "0" * 64
        period.locked_by, period.locked_at = period.closed_by, CLOSING
        period.save()

    assert refused(lock_alone)


def test_a_month_is_refused_while_an_exception_is_not_explained(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    a_gift(campaign, 900, currency="JPY", at=THEN)
    [row] = readiness_of(entity, OCTOBER, now=CLOSING).exceptions
    assert row.kind == "exchange rates"

    with pytest.raises(MonthNotReady, match="import the daily rates"):
        close(entity)
    with pytest.raises(NoteMissing):
        waive_exception(row.kind, key=row.key, note=" ", actor=UserFactory.create(), now=CLOSING)
    waive_exception(row.kind, key=row.key, note="Known.", actor=UserFactory.create(), now=CLOSING)

    readiness = readiness_of(entity, OCTOBER, now=CLOSING)
    assert (readiness.exceptions, [each.settled_note for each in readiness.waived]) == (
        [],
        ["Known."],
    )
    assert AuditEntry.objects.get(action="exception_waived").reason == "Known."


def test_a_line_in_suspense_keeps_its_month_open_until_it_is_explained(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    snapshot = a_balance_transaction("txn_odd", 0, fee=0, category="adjustment", source="adj_1")
    posting = book_balance_transaction(
        replace(snapshot, amount=5, net=5, created_at=THEN), now=CLOSING
    )
    [row] = readiness_of(entity, OCTOBER, now=CLOSING).exceptions

    assert (row.kind, row.amount) == ("suspense", 5)
    explain_suspense(
        posting.pk,
        account=LedgerAccount.PROCESSING_FEES,
        reason="A fee that Stripe gave back.",
        by=UserFactory.create(),
        now=CLOSING,
    )
    assert readiness_of(entity, OCTOBER, now=CLOSING).exceptions == []


def test_a_release_that_waits_keeps_its_month_open_until_it_is_decided(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    waiting = a_release(restrict(campaign, limit=0), 400, on=THEN.date(), now=CLOSING)
    with pytest.raises(MonthNotReady, match="It waits for a second person"):
        close(entity)

    approve_release(waiting.pk, actor=UserFactory.create(), note="Seen.", now=CLOSING)

    readiness = readiness_of(entity, OCTOBER, now=CLOSING)
    released = [each for each in readiness.checks if each.title == "Releases of funds less ledger"]
    assert [(each.currency, each.difference) for each in released] == [("GBP", 0)]
    assert close(entity).state == MonthState.SOFT_CLOSED


def test_a_release_that_the_ledger_has_otherwise_keeps_its_month_open(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    a_release(restrict(campaign), 400, on=THEN.date(), now=CLOSING)
    drop_all()
    FundRelease.objects.update(amount=500)
    install_all()
    with pytest.raises(MonthNotReady, match=r"Releases of funds less ledger in GBP: .*£1"):
        close(entity)


def test_what_began_after_the_month_keeps_it_from_nothing(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    a_gift(campaign, 900, currency="JPY", at=CLOSING)

    assert close(entity).state == MonthState.SOFT_CLOSED


def test_a_difference_to_stripes_balance_is_named_with_its_amount(
    campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, 2500, at=THEN)
    stripe_holds(entity, more=1)

    with pytest.raises(MonthNotReady) as refusal:
        close(entity)

    [problem] = refusal.value.problems
    assert problem.startswith(
        "Stripe clearing less Stripe's balance in GBP: the difference is -£0.01."
    )


def test_a_month_without_stripes_balance_says_what_is_missing(
    campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, 2500, at=THEN)

    with pytest.raises(MonthNotReady, match="Stripe has not been asked for its balance"):
        close(entity)


def test_what_appears_between_closing_and_locking_keeps_it_from_being_locked(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    close(entity)
    a_gift(campaign, 900, currency="JPY", at=THEN)

    with pytest.raises(MonthNotReady, match="import the daily rates"):
        lock(entity)


def test_months_are_closed_in_their_order_and_when_they_are_over(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    by = UserFactory.create()

    assert next_to_close(entity) == OCTOBER
    with pytest.raises(InvalidTransition, match=r"November 2026 is not over\."):
        close_month(entity, NOVEMBER, actor=by, now=CLOSING)
    with pytest.raises(InvalidTransition, match=r"Close October 2026 first\."):
        close_month(entity, Month.parse("2026-09"), actor=by, now=CLOSING)
    close(entity)
    with pytest.raises(InvalidTransition, match="October 2026 is closed"):
        close(entity)
    assert next_to_close(entity) == NOVEMBER


def test_a_closed_month_opens_again_for_a_reason(campaign: Campaign, entity: LegalEntity) -> None:
    october(campaign)
    close(entity)
    reopen = partial(reopen_month, entity, OCTOBER, actor=UserFactory.create(), now=CLOSING)

    with pytest.raises(NoteMissing):
        reopen(reason="")
    assert reopen(reason="A fee is missing.").state == MonthState.OPEN
    a_gift(campaign, 300, at=THEN)
    assert LedgerPosting.objects.latest("posted_at").accounting_on == THEN.date()

    assert AuditEntry.objects.get(action="month_reopened").reason == "A fee is missing."


def test_a_locked_month_never_opens_again(campaign: Campaign, entity: LegalEntity) -> None:
    october(campaign)
    close(entity)
    lock(entity)

    with pytest.raises(InvalidTransition, match="October 2026 is locked"):
        reopen_month(entity, OCTOBER, reason="Never.", actor=UserFactory.create(), now=CLOSING)


def test_the_list_of_months_goes_from_the_first_on_the_books_to_the_present_one(
    campaign: Campaign, entity: LegalEntity
) -> None:
    assert [str(each) for each in months_of(entity, today=CLOSING.date())] == ["2026-11"]
    october(campaign)
    close(entity)

    listed = months_of(entity, today=date(2026, 12, 1))

    assert [(str(each), each.state) for each in listed] == [
        ("2026-12", "open"),
        ("2026-11", "open"),
        ("2026-10", "soft_closed"),
    ]


def test_two_people_cannot_have_closed_the_same_month(
    campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    close(entity)

    with pytest.raises(IntegrityError), transaction.atomic():
        AccountingPeriod.objects.create(
            entity=entity,
            first_on=OCTOBER.first_on,
            last_on=OCTOBER.last_on,
            state=MonthState.OPEN,
        )
