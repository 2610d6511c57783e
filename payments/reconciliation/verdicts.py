"""What the evidence says of a payout: pure, and in words that a person can act on."""

from collections.abc import Sequence
from dataclasses import dataclass

from payments.money import Money
from payments.reconciliation.models import ReconciliationState

# How many ids a sentence names.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a payout when it is judged; amounts in minor units of its currency.

    `strangers` are the sources of lines that belong to no gift on our books although they are payments, refunds or
    disputes. `retried` are the payouts whose returned money it pays out, `lost` those of them that we do not know.
    """

    currency: str
    amount: int
    net: int
    line_count: int
    is_automatic: bool
    has_complete_lines: bool
    is_read: bool
    strangers: Sequence[str] = ()
    retried: Sequence[str] = ()
    lost: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state that follows, and why."""

    state: ReconciliationState
    evidence: str


def verdict_on(evidence: Evidence) -> Verdict:
    """Judge a payout; everything that is wrong with it is named, not only the first thing."""
    if not evidence.is_automatic:
        return Verdict(
            ReconciliationState.EXCEPTION,
            "A manual payout: Stripe does not say which lines it paid out. Settle it with a note.",
        )
    if not evidence.has_complete_lines:
        return Verdict(
            ReconciliationState.OPEN, "Stripe has not yet said that its lines are complete."
        )
    if not evidence.is_read:
        return Verdict(ReconciliationState.OPEN, "Its lines are being read.")
    problems = [*_difference(evidence), *_strangers(evidence), *_lost(evidence)]
    if problems:
        return Verdict(ReconciliationState.EXCEPTION, " ".join(problems))
    count = f"{evidence.line_count} line{'' if evidence.line_count == 1 else 's'}"
    retries = f" It pays out again what {_named(evidence.retried)} could not." * bool(
        evidence.retried
    )
    verb = "sums" if evidence.line_count == 1 else "sum"
    return Verdict(
        ReconciliationState.AUTO,
        f"{count} {verb} to {_money(evidence.net, evidence)}, the payout.{retries}",
    )


def _difference(evidence: Evidence) -> list[str]:
    difference = evidence.amount - evidence.net
    if difference == 0:
        return []
    net, gap = _money(evidence.net, evidence), _money(abs(difference), evidence)
    compared = "less" if difference > 0 else "more"
    return [f"Its {evidence.line_count} lines sum to {net}, {gap} {compared} than the payout."]


def _strangers(evidence: Evidence) -> list[str]:
    count = len(evidence.strangers)
    if not count:
        return []
    lines = "1 line belongs" if count == 1 else f"{count} lines belong"
    return [f"{lines} to no gift on the books: {_named(evidence.strangers)}."]


def _lost(evidence: Evidence) -> list[str]:
    if not evidence.lost:
        return []
    return [f"It retries {_named(evidence.lost)}, which is not on the books."]


def _named(ids: Sequence[str]) -> str:
    named = ", ".join(ids[:_NAMED])
    return f"{named} and {len(ids) - _NAMED} more" if len(ids) > _NAMED else named


def _money(minor: int, evidence: Evidence) -> str:
    return Money(minor, evidence.currency).format()
