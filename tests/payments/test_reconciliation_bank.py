"""Bank statements read in, and their lines matched with payouts: by the rules, by a person, and back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from membership.models import User
from payments.errors import MatchRefused, NoteMissing, StatementUnreadable
from payments.models import (
    BankAccount,
    BankImport,
    BankLine,
    BankMatch,
    LegalEntity,
    ReconciliationChange,
    ReconciliationState,
)
from payments.reconciliation.actions import reopen_payout, settle_payout
from payments.reconciliation.bank_actions import (
    ImportResult,
    import_upload,
    keep_upload,
    match_bank_lines,
    match_line,
    note_line,
    set_line_aside,
    unmatch_line,
)
from payments.reconciliation.bank_queries import candidates_for
from payments.reconciliation.exceptions import exceptions, settle_exception
from payments.reconciliation.statement_layout import guess_layout
from payments.reconciliation.trail import Decision
from tests.factories import UserFactory
from tests.payments.payouts import TODAY, a_bank_account, a_bank_line, a_payout

Read = Callable[..., ImportResult]
HEAD = "Date,Amount,Description,Reference\n"


@pytest.fixture
def account(entity: LegalEntity) -> BankAccount:
    return a_bank_account(entity)


@pytest.fixture
def clerk(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def read(account: BankAccount, clerk: User, now: datetime) -> Read:
    """Read a file of lines into the account, by a guess of its layout."""

    def run(*lines: str) -> ImportResult:
        content = (HEAD + "".join(f"{line}\n" for line in lines)).encode()
        upload = keep_upload(account, filename="nov.csv", content=content, actor=clerk, now=now)
        return import_upload(upload, guess_layout(content), actor=clerk, now=now)

    return run


def test_a_file_is_read_in_and_the_same_file_again_adds_nothing(
    read: Read, account: BankAccount
) -> None:
    lines = ("2026-11-20,50.00,STRIPE,A1", "2026-11-20,50.00,STRIPE,A1", "2026-11-21,-9.00,Rent,")
    assert read(*lines).source.new_count == 3
    again = read(*lines)
    assert (again.source.line_count, again.source.new_count) == (3, 0)
    assert BankLine.objects.count() == 3
    assert BankImport.objects.count() == 2
    assert account.uploads.count() == 0


def test_a_file_that_overlaps_another_adds_only_what_is_new(read: Read) -> None:
    read("2026-11-20,50.00,STRIPE,A1", "2026-11-21,60.00,STRIPE,A2")
    assert read("2026-11-21,60.00,STRIPE,A2", "2026-11-22,70.00,STRIPE,A3").source.new_count == 1
    assert sorted(BankLine.objects.values_list("amount", flat=True)) == [5000, 6000, 7000]


def test_the_layout_is_remembered_for_the_account(read: Read, account: BankAccount) -> None:
    read("2026-11-20,50.00,STRIPE,A1")
    account.refresh_from_db()
    assert account.layout["amount_column"] == "Amount"
    assert account.layout["date_format"] == "%Y-%m-%d"


def test_a_file_with_one_bad_row_leaves_nothing_behind(read: Read, account: BankAccount) -> None:
    with pytest.raises(StatementUnreadable, match="Row 3"):
        read("2026-11-20,50.00,STRIPE,A1", "2026-11-21,fifty,STRIPE,A2")
    assert not BankLine.objects.exists()
    assert account.uploads.count() == 1


def test_a_line_is_matched_by_its_trace_id_even_when_another_payout_has_its_amount(
    read: Read, entity: LegalEntity
) -> None:
    a_payout(entity, 5000)
    named = a_payout(entity, 5000, trace_id="TRACE-777 888")
    assert read("2026-11-20,50.00,STRIPE PAYOUT,trace 777888").matched_count == 1
    line = BankLine.objects.get()
    assert (line.payout, line.match) == (named, BankMatch.AUTO)
    assert line.evidence == "Trace id TRACE-777 888 and amount."


def test_a_line_without_trace_id_is_matched_by_amount_and_day_where_one_payout_fits(
    read: Read, entity: LegalEntity
) -> None:
    payout = a_payout(entity, 5000, arrival_on=date(2026, 11, 18))
    a_payout(entity, 5000, arrival_on=date(2026, 10, 18))
    a_payout(entity, 5000, arrival_on=date(2026, 11, 18), currency="EUR")
    assert read("2026-11-20,50.00,STRIPE,").matched_count == 1
    assert BankLine.objects.get().payout == payout


def test_a_line_that_two_payouts_fit_waits_and_says_which(read: Read, entity: LegalEntity) -> None:
    one, two = a_payout(entity), a_payout(entity)
    assert read("2026-11-20,50.00,STRIPE,").matched_count == 0
    line = BankLine.objects.get()
    assert line.match == BankMatch.UNMATCHED
    assert line.evidence == f"2 payouts fit: {one.stripe_id}, {two.stripe_id}."


def test_a_trace_id_with_another_amount_is_no_match(read: Read, entity: LegalEntity) -> None:
    payout = a_payout(entity, trace_id="TRACE777888")
    assert read("2026-11-20,49.00,STRIPE,TRACE777888").matched_count == 0
    assert payout.stripe_id in BankLine.objects.get().evidence


def test_other_digits_of_the_account_are_no_match(
    read: Read, entity: LegalEntity, account: BankAccount
) -> None:
    account.last4 = "1111"
    account.save()
    a_payout(entity, destination_last4="2222")
    assert read("2026-11-20,50.00,STRIPE,").matched_count == 0


def test_a_failed_payout_comes_in_and_goes_out_again(read: Read, entity: LegalEntity) -> None:
    failed = a_payout(entity, status="failed", return_line_id="txn_back")
    result = read("2026-11-20,50.00,STRIPE,", "2026-11-30,-50.00,STRIPE RETURN,")
    assert result.matched_count == 2
    assert set(failed.bank_lines.values_list("amount", flat=True)) == {5000, -5000}


def test_lines_that_do_not_say_stripe_are_kept_and_not_waited_for(read: Read) -> None:
    read("2026-11-20,-900.00,Rent,")
    assert BankLine.objects.get().match == BankMatch.OTHER


def test_a_payout_that_comes_after_its_line_is_matched_then(
    read: Read, entity: LegalEntity, now: datetime
) -> None:
    read("2026-11-20,50.00,STRIPE,")
    payout = a_payout(entity)
    assert match_bank_lines(now=now) == 1
    assert match_bank_lines(now=now) == 0
    assert payout.bank_lines.count() == 1


def test_a_person_matches_takes_back_and_notes_and_each_is_kept(
    account: BankAccount, entity: LegalEntity, clerk: User, now: datetime
) -> None:
    payout, line = a_payout(entity), a_bank_line(account)
    match_line(line.pk, payout.pk, decision=Decision(now, clerk))
    unmatch_line(line.pk, decision=Decision(now, clerk, "Wrong one."))
    note_line(line.pk, decision=Decision(now, clerk, "Asked the bank."))
    line.refresh_from_db()
    assert (line.match, line.payout, line.note) == (BankMatch.UNMATCHED, None, "Asked the bank.")
    noted, parted, matched = ReconciliationChange.objects.all()
    assert [each.verb for each in (matched, parted, noted)] == ["matched", "unmatched", "noted"]
    assert matched.before["payout"] is None
    assert matched.after["payout"] == parted.before["payout"] == payout.stripe_id
    assert parted.payout == payout
    assert {each.actor for each in (matched, parted, noted)} == {clerk}
    with pytest.raises(IntegrityError), transaction.atomic():
        ReconciliationChange.objects.update(note="")


def test_the_rules_do_not_repeat_a_match_that_a_person_took_back(
    account: BankAccount, entity: LegalEntity, clerk: User, now: datetime
) -> None:
    a_payout(entity)
    line = a_bank_line(account)
    assert match_bank_lines(now=now) == 1
    unmatch_line(line.pk, decision=Decision(now, clerk))
    assert match_bank_lines(now=now) == 0


def test_a_match_by_hand_that_cannot_be_is_refused_with_the_reason(
    account: BankAccount, entity: LegalEntity, clerk: User, now: datetime
) -> None:
    payout, line = a_payout(entity), a_bank_line(account)
    euro, less = a_payout(entity, currency="EUR"), a_payout(entity, 4900)
    decision = Decision(now, clerk)
    with pytest.raises(MatchRefused, match="in EUR and the line in GBP"):
        match_line(line.pk, euro.pk, decision=decision)
    with pytest.raises(MatchRefused, match="amounts differ"):
        match_line(line.pk, less.pk, decision=decision)
    match_line(line.pk, payout.pk, decision=decision)
    with pytest.raises(MatchRefused, match="matched already"):
        match_line(line.pk, less.pk, decision=decision)
    with pytest.raises(MatchRefused, match="Another line"):
        match_line(a_bank_line(account).pk, payout.pk, decision=decision)
    other = a_bank_line(account, 4890)
    match_line(other.pk, less.pk, decision=Decision(now, clerk, "The bank kept 10p."))
    assert less.bank_lines.get() == other


def test_a_line_is_set_aside_with_a_reason_and_comes_back(
    account: BankAccount, clerk: User, now: datetime
) -> None:
    line = a_bank_line(account)
    with pytest.raises(NoteMissing):
        set_line_aside(line.pk, decision=Decision(now, clerk, " "))
    set_line_aside(line.pk, decision=Decision(now, clerk, "A card refund of ours."))
    line.refresh_from_db()
    assert line.match == BankMatch.OTHER
    unmatch_line(line.pk, decision=Decision(now, clerk))
    line.refresh_from_db()
    assert line.match == BankMatch.UNMATCHED


def test_payouts_offered_by_hand_begin_with_equal_amounts(
    account: BankAccount, entity: LegalEntity
) -> None:
    far, near = a_payout(entity, arrival_on=TODAY - timedelta(days=30)), a_payout(entity, 1)
    a_payout(entity, currency="EUR")
    assert candidates_for(a_bank_line(account)) == [far, near]


def test_a_payout_in_exception_is_settled_with_a_note_and_opened_again(
    entity: LegalEntity, clerk: User, now: datetime
) -> None:
    payout = a_payout(
        entity, state=ReconciliationState.EXCEPTION, evidence="Manual.", reconciled_at=None
    )
    with pytest.raises(NoteMissing):
        settle_payout(payout.pk, decision=Decision(now, clerk))
    settle_payout(payout.pk, decision=Decision(now, clerk, "Checked by hand."))
    payout.refresh_from_db()
    assert (payout.state, payout.settled_by, payout.settled_note) == (
        ReconciliationState.MANUAL,
        clerk,
        "Checked by hand.",
    )
    assert exceptions(entity, now=now, kinds=["payout"]) == []
    reopen_payout(payout.pk, decision=Decision(now, clerk, "Too soon."))
    payout.refresh_from_db()
    assert (payout.state, payout.due_at) == (ReconciliationState.OPEN, now)


def test_the_queue_holds_what_does_not_add_up_until_it_is_settled(
    account: BankAccount, entity: LegalEntity, clerk: User, now: datetime
) -> None:
    bad = a_payout(
        entity, state=ReconciliationState.EXCEPTION, evidence="£5 less.", reconciled_at=None
    )
    line = a_bank_line(account)
    unseen = a_payout(entity, arrival_on=TODAY)
    a_bank_line(account, 1, match=BankMatch.OTHER, booked_on=TODAY + timedelta(days=9))
    rows = {(row.kind, row.key): row for row in exceptions(entity, now=now)}
    assert set(rows) == {
        ("payout", bad.stripe_id),
        ("bank line", str(line.reference)),
        ("payout not at the bank", bad.stripe_id),
        ("payout not at the bank", unseen.stripe_id),
    }
    row = rows["payout", bad.stripe_id]
    assert (row.reason, row.amount, row.currency) == ("£5 less.", 5000, "GBP")
    assert row.link == f"/finance/payouts/{bad.reference}/"
    kind, key = "payout not at the bank", unseen.stripe_id
    settle_exception(kind, key=key, note="Paid into the old account.", actor=clerk, now=now)
    assert (kind, key) not in {(row.kind, row.key) for row in exceptions(entity, now=now)}
    shown = exceptions(entity, now=now, with_settled=True)
    assert {row.settled_note for row in shown} == {"", "Paid into the old account."}
