"""What the fetched objects of an event say, and how it is written down: whole gifts, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from payments.checkouts.outcomes import complete_checkouts, record_sessions
from payments.customers.payers import record_card
from payments.donations.actions import record_payments, record_refund
from payments.donations.disputes import record_dispute
from payments.donations.gifts import metadata_of
from payments.donations.reports import Report
from payments.gateway.payouts import PayoutSnapshot
from payments.gateway.snapshots import (
    CardSnapshot,
    CheckoutSessionSnapshot,
    DisputeSnapshot,
    PaymentSnapshot,
    RefundSnapshot,
    SubscriptionSnapshot,
)
from payments.ledger.actions import Movement, book_movements
from payments.plans.actions import record_plans
from payments.plans.cards import record_card_sessions
from payments.plans.renewed_cards import note_card
from payments.reconciliation.actions import record_payouts

# The payer has done their part; a bank debit may still be on its way.
_GONE_THROUGH = ("succeeded", "processing")


@dataclass(frozen=True, slots=True)
class Findings:
    """The objects of one event, as fetched."""

    session: CheckoutSessionSnapshot | None = None
    subscriptions: tuple[SubscriptionSnapshot, ...] = ()
    payments: tuple[PaymentSnapshot, ...] = ()
    refunds: tuple[RefundSnapshot, ...] = ()
    disputes: tuple[DisputeSnapshot, ...] = ()
    cards: tuple[CardSnapshot, ...] = ()
    payouts: tuple[PayoutSnapshot, ...] = ()


def together(*parts: Findings) -> Findings:
    """Put findings of one gift together; what several parts hold is the same, since a lookup fetches each once."""
    return Findings(
        session=next((part.session for part in parts if part.session), None),
        subscriptions=tuple({s.id: s for part in parts for s in part.subscriptions}.values()),
        payments=tuple({p.id: p for part in parts for p in part.payments}.values()),
        refunds=tuple({r.id: r for part in parts for r in part.refunds}.values()),
        disputes=tuple({d.id: d for part in parts for d in part.disputes}.values()),
        cards=tuple({c.method.id: c for part in parts for c in part.cards}.values()),
        payouts=tuple({p.id: p for part in parts for p in part.payouts}.values()),
    )


def record_gifts(gifts: Sequence[tuple[Findings, str]], *, now: datetime) -> list[bool]:
    """Write down what was found of several gifts, each for a cause, in the caller's transaction; says which are ours.

    Always in the order in which the facts build on each other, whatever came first: the checkouts, their plans, the
    payments, the refunds and disputes, the payouts. Each is keyed by Stripe's id of the fact, so to record it again
    changes nothing. And each kind at once for all gifts, because the database answers a question about a hundred rows
    as soon as about one.
    """
    sessions = [found.session for found, _ in gifts if found.session]
    checkouts = record_sessions(sessions, now=now)
    ours = {s.id for s, checkout in zip(sessions, checkouts, strict=True) if checkout}
    ours |= record_card_sessions([session for session in sessions if session.mode == "setup"])
    ours |= record_plans(
        [(plan, cause) for found, cause in gifts for plan in found.subscriptions], now=now
    ).keys()
    ours |= _record_payments(
        [Report(payment, cause) for found, cause in gifts for payment in found.payments], now
    )
    ours |= _record_refunds(
        [(refund, cause) for found, cause in gifts for refund in found.refunds], now
    )
    ours |= _record_disputes(
        [(dispute, cause) for found, cause in gifts for dispute in found.disputes], now
    )
    ours |= {card.method.id for found, _ in gifts for card in found.cards if _record_card(card)}
    ours |= record_payouts([each for found, _ in gifts for each in found.payouts], now=now).keys()
    return [not ours.isdisjoint(_ids(found)) for found, _ in gifts]


def _record_card(snapshot: CardSnapshot) -> bool:
    is_of_plans, is_of_payer = note_card(snapshot) > 0, record_card(snapshot) is not None
    return is_of_plans or is_of_payer


def _ids(found: Findings) -> set[str]:
    return {
        *([found.session.id] if found.session else []),
        *(plan.id for plan in found.subscriptions),
        *(payment.id for payment in found.payments),
        *(refund.id for refund in found.refunds),
        *(dispute.id for dispute in found.disputes),
        *(card.method.id for card in found.cards),
        *(payout.id for payout in found.payouts),
    }


def _record_payments(reports: list[Report], now: datetime) -> set[str]:
    payments = record_payments(reports, now=now)
    ours = [report.snapshot for report in reports if report.snapshot.id in payments]
    through = [each for each in ours if each.status in _GONE_THROUGH]
    complete_checkouts({metadata_of(each).get("checkout", ""): None for each in through}, now=now)
    # Booked once Stripe has the line; the event that announces it comes later otherwise.
    lines = [
        Movement(line, payment=payments[each.id])
        for each in ours
        for line in (each.balance_transaction, each.failure_balance_transaction)
        if line
    ]
    book_movements(lines, now=now)
    return set(payments)


def _record_disputes(snapshots: list[tuple[DisputeSnapshot, str]], now: datetime) -> set[str]:
    ours = set()
    for snapshot, cause in snapshots:
        dispute = record_dispute(snapshot, cause=cause, now=now)
        if dispute is None:
            continue
        ours.add(snapshot.id)
        book_movements([Movement(line, dispute=dispute) for line in snapshot.lines], now=now)
    return ours


def _record_refunds(snapshots: list[tuple[RefundSnapshot, str]], now: datetime) -> set[str]:
    ours = set()
    for snapshot, cause in snapshots:
        refund = record_refund(snapshot, cause=cause, now=now)
        if refund is None:
            continue
        ours.add(snapshot.id)
        lines = (snapshot.balance_transaction, snapshot.failure_balance_transaction)
        book_movements([Movement(line, refund=refund) for line in lines if line], now=now)
    return ours
