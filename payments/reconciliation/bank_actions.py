"""Writes of the bank's side: statement files read in, lines matched by the rules or by a person."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from payments.errors import MatchRefused, StatementUnreadable
from payments.reconciliation.matching import (
    EARLIEST,
    LATEST_RETURN,
    find_match,
    in_order,
    says_stripe,
)
from payments.reconciliation.models import (
    BankAccount,
    BankImport,
    BankLine,
    BankMatch,
    BankUpload,
    Payout,
    ReconciliationChange,
    ReconciliationVerb,
)
from payments.reconciliation.statement_layout import StatementLayout
from payments.reconciliation.statement_reading import MOST_BYTES, StatementRow, read_statement
from payments.reconciliation.trail import Decision, facts_of, note_change

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a file brought: `new_count` lines of `line_count`, of which the rules matched `matched_count`."""

    source: BankImport
    matched_count: int


@transaction.atomic
def keep_upload(
    account: BankAccount, *, filename: str, content: bytes, actor: AbstractBaseUser, now: datetime
) -> BankUpload:
    """Keep a file until its layout is confirmed; raises StatementUnreadable for one that cannot be a statement."""
    if len(content) > MOST_BYTES:
        raise StatementUnreadable(["The file is larger than 5 MB; export a shorter period."])
    if not content.strip():
        raise StatementUnreadable(["The file is empty."])
    # One file a person; and what somebody left a day ago is not read in any more.
    left = Q(uploaded_by=actor.pk) | Q(uploaded_at__lt=now - timedelta(days=1))
    BankUpload.objects.filter(left, account=account).delete()
    return BankUpload.objects.create(
        account=account,
        filename=filename[:255],
        content=content,
        uploaded_by_id=actor.pk,
        uploaded_at=now,
    )


@transaction.atomic
def import_upload(
    upload: BankUpload, layout: StatementLayout, *, actor: AbstractBaseUser, now: datetime
) -> ImportResult:
    """Read a kept file into the account's lines, remember the layout, match what is new.

    Lines that are there already are left as they are, so that the same file, or one that overlaps another, adds only
    what is new. Raises StatementUnreadable with the problems of each row; then nothing is written.
    """
    account = BankAccount.objects.select_for_update().get(pk=upload.account_id)
    content = bytes(upload.content)
    rows = read_statement(content, layout, currency=account.currency)
    checksum = hashlib.sha256(content).hexdigest()
    is_known_file = BankImport.objects.filter(account=account, sha256=checksum).exists()
    new = [] if is_known_file else _new_rows(account, rows)
    source = BankImport.objects.create(
        account=account,
        filename=upload.filename,
        sha256=checksum,
        layout=layout.as_json(),
        line_count=len(rows),
        new_count=len(new),
        imported_by_id=actor.pk,
        imported_at=now,
    )
    BankLine.objects.bulk_create(
        (_line(row, account, source, now) for row in new), batch_size=_CHUNK
    )
    account.layout = layout.as_json()
    account.save(update_fields=["layout"])
    upload.delete()
    return ImportResult(source, match_bank_lines(account=account, now=now))


def _new_rows(account: BankAccount, rows: list[StatementRow]) -> list[StatementRow]:
    days = [row.booked_on for row in rows]
    known = set(
        account.lines.filter(booked_on__range=(min(days), max(days))).values_list(
            "fingerprint", flat=True
        )
    )
    return [row for row in rows if row.fingerprint not in known]


def _line(row: StatementRow, account: BankAccount, source: BankImport, now: datetime) -> BankLine:
    is_stripe = says_stripe(f"{row.description} {row.reference}", account)
    return BankLine(
        account=account,
        source=source,
        row=row.row,
        fingerprint=row.fingerprint,
        booked_on=row.booked_on,
        currency=account.currency,
        amount=row.amount,
        description=row.description,
        bank_reference=row.reference,
        match=BankMatch.UNMATCHED if is_stripe else BankMatch.OTHER,
        evidence="" if is_stripe else f"Does not say {account.payout_words}."[:255],
        added_at=now,
    )


@transaction.atomic
def match_bank_lines(*, now: datetime, account: BankAccount | None = None) -> int:
    """Find the payouts of unmatched lines, of one account or of all; returns how many were found.

    A match that a person took back is not made again. Safe to repeat.
    """
    lines = BankLine.objects.filter(match=BankMatch.UNMATCHED).select_for_update(of=("self",))
    if account is not None:
        lines = lines.filter(account=account)
    unmatched = in_order(list(lines.select_related("account").order_by("booked_on", "id")[:_CHUNK]))
    if not unmatched:
        return 0
    candidates = list(_candidates(unmatched))
    taken = set(BankLine.objects.filter(payout__in=candidates).values_list("payout_id", "amount"))
    refused = _taken_back(unmatched)
    found = 0
    for line in unmatched:
        match = find_match(
            line,
            (
                payout
                for payout in candidates
                if (payout.pk, line.amount) not in taken
                and (line.pk, payout.stripe_id) not in refused
            ),
        )
        if match.payout is None:
            if line.evidence != match.evidence:
                line.evidence = match.evidence[:255]
                line.save(update_fields=["evidence"])
            continue
        before = facts_of(line)
        line.payout, line.match, line.evidence = match.payout, BankMatch.AUTO, match.evidence
        line.save(update_fields=["payout", "match", "evidence"])
        note_change(line, ReconciliationVerb.MATCHED, before=before, decision=Decision(now))
        taken.add((match.payout.pk, line.amount))
        found += 1
    return found


def _candidates(lines: list[BankLine]) -> Iterable[Payout]:
    """The payouts that any of the lines could be; by the days, and by whether money moved at all."""
    first, last = lines[0].booked_on, lines[-1].booked_on
    return (
        Payout.objects.filter(
            arrival_on__gte=first - LATEST_RETURN, arrival_on__lte=last - EARLIEST
        )
        .exclude(status="canceled")
        .order_by("arrival_on", "id")
    )


def _taken_back(lines: list[BankLine]) -> set[tuple[int, str]]:
    """The pairs of line and payout that a person has parted."""
    parted = ReconciliationChange.objects.filter(
        Q(verb=ReconciliationVerb.UNMATCHED), bank_line__in=lines
    ).values_list("bank_line_id", "before__payout")
    return {(line_id, payout_id) for line_id, payout_id in parted if line_id and payout_id}


@transaction.atomic
def match_line(line_id: int, payout_id: int, *, decision: Decision) -> BankLine:
    """Say by hand which payout a line is.

    Raises MatchRefused where the currencies differ, either is matched already, or the amounts differ and no note says
    why, as where the bank kept a charge.
    """
    line = _locked(line_id)
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    if line.payout_id is not None:
        raise MatchRefused("This line is matched already; take that match back first.")
    if payout.currency != line.currency:
        raise MatchRefused(f"The payout is in {payout.currency} and the line in {line.currency}.")
    if BankLine.objects.filter(payout=payout, amount=line.amount).exists():
        raise MatchRefused("Another line of this amount is matched to this payout.")
    if abs(line.amount) != abs(payout.amount) and not decision.note.strip():
        raise MatchRefused("The amounts differ: say in a note why they belong together.")
    before = facts_of(line)
    line.payout, line.match, line.evidence = payout, BankMatch.MANUAL, "Chosen by a person."
    return _saved(line, ReconciliationVerb.MATCHED, before, decision)


@transaction.atomic
def unmatch_line(line_id: int, *, decision: Decision) -> BankLine:
    """Take a match back, or bring a line that was set aside back into the queue; raises MatchRefused."""
    line = _locked(line_id)
    if line.match == BankMatch.UNMATCHED:
        raise MatchRefused("This line is not matched.")
    before, payout = facts_of(line), line.payout
    line.payout, line.match, line.evidence = None, BankMatch.UNMATCHED, ""
    return _saved(line, ReconciliationVerb.UNMATCHED, before, decision, payout)


@transaction.atomic
def set_line_aside(line_id: int, *, decision: Decision) -> BankLine:
    """Say that a line is no payout; raises NoteMissing without a reason, MatchRefused for a matched line."""
    decision.require_note()
    line = _locked(line_id)
    if line.payout_id is not None:
        raise MatchRefused("This line is matched; take that match back first.")
    before = facts_of(line)
    line.match, line.evidence = BankMatch.OTHER, "Set aside by a person."
    return _saved(line, ReconciliationVerb.SET_ASIDE, before, decision)


@transaction.atomic
def note_line(line_id: int, *, decision: Decision) -> BankLine:
    """Write a note beside a line; raises NoteMissing for an empty one."""
    decision.require_note()
    line = _locked(line_id)
    return _saved(line, ReconciliationVerb.NOTED, facts_of(line), decision)


def _locked(line_id: int) -> BankLine:
    return (
        BankLine.objects.select_for_update(of=("self",))
        .select_related("payout", "account")
        .get(pk=line_id)
    )


def _saved(
    line: BankLine,
    verb: ReconciliationVerb,
    before: dict[str, object],
    decision: Decision,
    payout: Payout | None = None,
) -> BankLine:
    line.note = decision.note.strip() or line.note
    line.save(update_fields=["payout", "match", "evidence", "note"])
    note_change(line, verb, before=before, decision=decision, payout=payout)
    return line
