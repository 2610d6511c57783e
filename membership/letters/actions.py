"""Writes of letters: due with the fact they tell of, claimed by one sender at a time, sent or given up."""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from membership.letters.agreements import agreement_context
from membership.letters.catalogue import CATALOGUE, Stream, kinds_of
from membership.letters.models import Letter, LetterState
from membership.letters.plan_changes import change_context, letter_about
from membership.letters.queries import letters_due
from membership.supporters.models import Supporter
from payments.models import Customer, DocumentType, PlanChange, Receipt

logger = logging.getLogger(__name__)

# Longer than a batch can take with every send at its time-out, so that a claim never runs out under its sender.
_LEASE = timedelta(minutes=15)
BATCH = 20
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=6)


@transaction.atomic
def write_letter(  # noqa: PLR0913  a letter is made of these
    kind: str,
    *,
    key: str,
    supporter: Supporter | None,
    context: dict[str, Any],
    now: datetime,
    due_at: datetime | None = None,
) -> Letter:
    """Make a letter due, once for its kind and key; a repetition returns the one there is.

    Called in the transaction of the fact, so that both commit or neither does. Raises KeyError for a kind that the
    catalogue does not know.
    """
    reference = uuid.uuid4()
    letter, _ = Letter.objects.get_or_create(
        kind=CATALOGUE[kind].name,
        key=key,
        defaults={
            "reference": reference,
            "supporter": supporter,
            "context": context,
            "due_at": due_at or now,
            "message_id": _message_id(reference),
            "created_at": now,
        },
    )
    return letter


@transaction.atomic
def write_document_letter(receipt_id: int, *, now: datetime) -> Letter:
    """Make the letter due that brings a receipt or credit note to its payer."""
    receipt = Receipt.objects.select_related(
        "payment__donation__customer", "payment__donation__plan"
    ).get(pk=receipt_id)
    donation = receipt.payment.donation
    supporter = supporter_of(donation.customer)
    if donation.plan and supporter:
        # The agreement was confirmed before the first payment settled, when nobody knew the supporter yet.
        agreement = Letter.objects.filter(kind="agreement", key=str(donation.plan.reference))
        agreement.filter(supporter=None).update(supporter=supporter)
    return write_letter(
        _kind_of(receipt),
        key=str(receipt.reference),
        supporter=supporter,
        context={"receipt": receipt.pk},
        now=now,
    )


def _kind_of(receipt: Receipt) -> str:
    if receipt.document_type == DocumentType.RECEIPT:
        return "receipt"
    return "receipt_cancelled" if receipt.refund_id is None else "refund"


def confirm_plan_change(change_id: int, *, now: datetime) -> Letter | None:
    """Make the letter due that confirms a recurring gift, with its terms, or a change of it; None for other changes."""
    change = PlanChange.objects.select_related(
        "plan__entity", "plan__checkout", "plan__customer"
    ).get(pk=change_id)
    kind, plan = letter_about(change), change.plan
    if kind is None:
        return None
    is_first = kind == "agreement"
    return write_letter(
        kind,
        key=str(plan.reference) if is_first else f"{plan.reference} {change.pk}",
        supporter=supporter_of(plan.customer),
        context=agreement_context(plan) if is_first else change_context(change),
        now=now,
    )


@transaction.atomic
def resend_letter(letter_id: int, *, now: datetime) -> bool:
    """Make a sent or failed letter due once more, at a staff member's word; False while one is due.

    It gets a new Message-ID: mail programs hide a second message under an old one.
    """
    return bool(
        Letter.objects.filter(pk=letter_id)
        .exclude(state=LetterState.DUE)
        .update(
            state=LetterState.DUE,
            due_at=now,
            attempts=0,
            error="",
            message_id=_message_id(uuid.uuid4()),
        )
    )


@transaction.atomic
def claim_letters(*, now: datetime, stream: Stream = Stream.TRANSACTIONAL) -> list[Letter]:
    """Take the next batch of a stream's due letters, which nobody else gets before the claim runs out."""
    skip = connection.features.has_select_for_update_skip_locked
    due = letters_due(now, kinds=kinds_of(stream)).select_for_update(of=("self",), skip_locked=skip)
    letters = list(due.select_related("supporter")[:BATCH])
    claim, claimed_until = uuid.uuid4(), now + _LEASE
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(
        claim=claim, claimed_until=claimed_until, attempts=F("attempts") + 1
    )
    for letter in letters:
        letter.claim, letter.claimed_until, letter.attempts = (
            claim,
            claimed_until,
            letter.attempts + 1,
        )
    return letters


def mark_sent(letter: Letter, *, now: datetime) -> None:
    """Note that the mail server took it."""
    _settle(letter, state=LetterState.SENT, sent_at=now, error="")


def give_up(letter: Letter, *, error: str) -> None:
    """Note that it can never be delivered; staff see it with the reason."""
    _settle(letter, state=LetterState.FAILED, error=error)


def withhold(letter: Letter, *, reason: str) -> None:
    """Note that it is not sent and will not be, and why; staff see it."""
    _settle(letter, state=LetterState.WITHHELD, error=reason)


def postpone(letter: Letter, *, error: str, now: datetime) -> None:
    """Leave it due for later: after a minute at first, doubling up to six hours."""
    doublings = min(letter.attempts - 1, 10)
    wait = min(_FIRST_WAIT * 2**doublings, _LONGEST_WAIT)
    _settle(letter, due_at=now + wait, error=error)


def release(letters: list[Letter]) -> None:
    """Give claimed letters back untried."""
    for letter in letters:
        _settle(letter, attempts=letter.attempts - 1)


def _settle(letter: Letter, **fields: Any) -> None:
    """Write the outcome and drop the claim, unless it ran out and another sender has taken the letter since."""
    ours = Letter.objects.filter(pk=letter.pk, claim=letter.claim, state=LetterState.DUE)
    if not ours.update(claim=None, claimed_until=None, **fields):
        logger.warning("Letter %s was taken by another sender.", letter.reference)


def _message_id(name: uuid.UUID) -> str:
    return f"<{name}@{urlsplit(settings.SITE_URL).hostname}>"


def supporter_of(customer: Customer) -> Supporter | None:
    if customer.party is None:
        return None
    known = Supporter.objects.select_related("merged_into").filter(reference=customer.party).first()
    return (known.merged_into or known) if known else None
