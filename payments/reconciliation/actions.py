"""Writes of payouts: what Stripe says of them, the lines that they paid out, and what follows from those."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from payments.entities.models import LegalEntity
from payments.errors import InvalidTransition
from payments.events import payout_changed, payout_reconciled
from payments.gateway.payouts import BalanceSnapshot, PayoutSnapshot
from payments.ledger.models import BalanceTransaction
from payments.periods import civil_date
from payments.reconciliation.models import (
    Payout,
    PayoutItem,
    ReconciliationState,
    ReconciliationVerb,
    StripeBalance,
)
from payments.reconciliation.trail import Decision, facts_of, note_change
from payments.reconciliation.verdicts import Verdict

logger = logging.getLogger(__name__)

# What a payout's row takes from Stripe; two of them change what its lines must come to.
_FACTS = (
    "currency",
    "amount",
    "status",
    "is_automatic",
    "method",
    "arrival_on",
    "created_at",
    "description",
    "trace_id",
    "failure_code",
    "failure_message",
    "destination",
    "destination_last4",
    "line_id",
    "return_line_id",
    "has_complete_lines",
)
_IDENTITY = ("currency", "amount")


@transaction.atomic
def record_payouts(snapshots: Iterable[PayoutSnapshot], *, now: datetime) -> dict[str, Payout]:
    """Make our payouts say what Stripe's say; returns them by Stripe's id.

    What is new or different becomes due, so that its lines are read, and is announced by `payout_changed`. Safe to
    repeat and in any order, since each snapshot is what Stripe says now.
    """
    latest = {snapshot.id: snapshot for snapshot in snapshots}
    rows = Payout.objects.select_for_update().filter(stripe_id__in=latest)
    known = {payout.stripe_id: payout for payout in rows}
    payouts: dict[str, Payout] = {}
    touched = []
    for stripe_id, snapshot in latest.items():
        payout = known.get(stripe_id) or Payout(stripe_id=stripe_id, entity=_account_holder())
        payouts[stripe_id] = payout
        if _follow(payout, snapshot, now):
            touched.append(payout.pk)
    if touched:
        payout_changed.send(sender=Payout, payout_ids=touched)
    return payouts


def _follow(payout: Payout, snapshot: PayoutSnapshot, now: datetime) -> bool:
    """Make a payout say what Stripe says; says whether that was anything new."""
    facts = {name: getattr(snapshot, name) for name in _FACTS}
    different = {name for name, value in facts.items() if getattr(payout, name) != value}
    is_new, before = payout.pk is None, facts_of(payout)
    if not (is_new or different):
        return False
    for name in different:
        setattr(payout, name, facts[name])
    is_other_money = not is_new and bool(different.intersection(_IDENTITY))
    if is_other_money:
        _reopen(payout)
    payout.changed_at = payout.due_at = now
    payout.save()
    if is_other_money:
        decision = Decision(now, note="Stripe says another amount than it did.")
        note_change(payout, ReconciliationVerb.REOPENED, before=before, decision=decision)
    return True


def _reopen(payout: Payout) -> None:
    payout.state, payout.evidence, payout.reconciled_at = ReconciliationState.OPEN, "", None
    payout.settled_note, payout.settled_by = "", None


def _account_holder() -> LegalEntity:
    # One Stripe account serves all entities; its money is the first one's until a gift says otherwise.
    return LegalEntity.objects.earliest("id")


def attach_lines(payout: Payout, line_ids: Collection[str], *, now: datetime) -> int:
    """Note which booked lines a payout paid out, in the caller's transaction; returns how many were new.

    Its own line, with which the money left the balance, is not one of them. Safe to repeat: a line is in one payout
    for good, and one that another payout holds stays there, which the sums then show.
    """
    lines = BalanceTransaction.objects.filter(
        stripe_id__in=[each for each in line_ids if each != payout.line_id],
        payout_item__isnull=True,
    ).order_by("created_at", "id")
    items = [PayoutItem(payout=payout, balance_transaction=line, added_at=now) for line in lines]
    PayoutItem.objects.bulk_create(items)
    return len(items)


def read_lines_again(payout_id: int, *, now: datetime) -> None:
    """Have a payout's lines read from the first one, whatever was read before; those that are there stay."""
    Payout.objects.filter(pk=payout_id).update(
        due_at=now, changed_at=now, lines_read_at=None, read_after=""
    )


@transaction.atomic
def conclude(payout_id: int, verdict: Verdict, *, now: datetime) -> Payout:
    """Give a payout the state that the evidence calls for, with an audit row when it is another than before.

    A person's settlement stands. Announces `payout_reconciled` when every line came to be known and to add up.
    """
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    if payout.state == ReconciliationState.MANUAL:
        return payout
    if (payout.state, payout.evidence) == (verdict.state, verdict.evidence):
        return payout
    before, is_new = facts_of(payout), payout.state != verdict.state
    payout.state, payout.evidence = verdict.state, verdict.evidence
    payout.reconciled_at = now if verdict.state == ReconciliationState.AUTO else None
    payout.save(update_fields=["state", "evidence", "reconciled_at"])
    if verdict.state == ReconciliationState.OPEN:
        return payout
    is_reconciled = verdict.state == ReconciliationState.AUTO
    verb = ReconciliationVerb.RECONCILED if is_reconciled else ReconciliationVerb.EXCEPTED
    note_change(payout, verb, before=before, decision=Decision(now))
    if is_reconciled and is_new:
        payout_reconciled.send(sender=Payout, payout_id=payout.pk)
    if not is_reconciled:
        logger.warning("Payout %s does not reconcile: %s", payout, payout.evidence)
    return payout


@transaction.atomic
def settle_payout(payout_id: int, *, decision: Decision) -> Payout:
    """Settle by hand a payout that does not reconcile by itself; raises NoteMissing and InvalidTransition."""
    decision.require_note()
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    if payout.state != ReconciliationState.EXCEPTION:
        raise InvalidTransition("Only a payout that is an exception is settled by hand.")
    before = facts_of(payout)
    payout.state, payout.reconciled_at = ReconciliationState.MANUAL, decision.now
    payout.settled_note = decision.note.strip()
    payout.settled_by_id = decision.actor_id
    payout.save(update_fields=["state", "reconciled_at", "settled_note", "settled_by"])
    note_change(payout, ReconciliationVerb.SETTLED, before=before, decision=decision)
    payout_reconciled.send(sender=Payout, payout_id=payout.pk)
    return payout


@transaction.atomic
def reopen_payout(payout_id: int, *, decision: Decision) -> Payout:
    """Take back a settlement by hand; its lines are looked at again. Raises NoteMissing and InvalidTransition."""
    decision.require_note()
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    if payout.state != ReconciliationState.MANUAL:
        raise InvalidTransition("Only what a person settled can be opened again.")
    before = facts_of(payout)
    _reopen(payout)
    payout.due_at = decision.now
    payout.save()
    note_change(payout, ReconciliationVerb.REOPENED, before=before, decision=decision)
    payout_changed.send(sender=Payout, payout_ids=[payout.pk])
    return payout


def record_balances(balances: Iterable[BalanceSnapshot], *, now: datetime) -> int:
    """Keep what Stripe says that it holds, the first time it is asked on each day; returns how many were new."""
    entity = _account_holder()
    rows = [
        StripeBalance(
            entity=entity,
            currency=each.currency,
            taken_on=civil_date(now, entity.time_zone),
            taken_at=now,
            available=each.available,
            pending=each.pending,
        )
        for each in balances
    ]
    known = set(
        StripeBalance.objects.filter(
            entity=entity, taken_on=civil_date(now, entity.time_zone)
        ).values_list("currency", flat=True)
    )
    new = [row for row in rows if row.currency not in known]
    StripeBalance.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
