"""Which payout a bank line is: pure rules over rows that were fetched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from payments.reconciliation.models import BankAccount, BankLine, Payout

# Stripe names the day on which it expects a payout; banks book it up to some days later, over weekends and holidays.
EARLIEST, LATEST = timedelta(days=-1), timedelta(days=5)
# What a bank sends back, it sends back within weeks.
LATEST_RETURN = timedelta(days=35)
# A shorter reference may stand in any text by chance.
_SHORTEST_TRACE = 6


@dataclass(frozen=True, slots=True)
class Match:
    """A payout found for a line, and what that rests on; without a payout, why none was found."""

    payout: Payout | None
    evidence: str


def find_match(line: BankLine, payouts: Iterable[Payout]) -> Match:
    """Choose among `payouts`, none of which has a line of this amount yet.

    By the bank's trace id first. Else by amount and day, where exactly one payout fits: never a guess between two.
    """
    candidates = [payout for payout in payouts if payout.currency == line.currency]
    by_trace = [payout for payout in candidates if _is_traced(payout, line)]
    for payout in by_trace:
        if _is_its_amount(payout, line):
            return Match(payout, f"Trace id {payout.trace_id} and amount.")
    if by_trace:
        return Match(None, f"Names the trace id of {by_trace[0].stripe_id}, but not its amount.")
    fitting = [
        payout
        for payout in candidates
        if _is_its_amount(payout, line)
        and _is_in_time(payout, line)
        and _is_there(payout, line.account)
    ]
    if len(fitting) == 1:
        return Match(fitting[0], "Amount and day; no other payout fits.")
    if len(fitting) > 1:
        named = ", ".join(payout.stripe_id for payout in fitting[:3])
        return Match(None, f"{len(fitting)} payouts fit: {named}.")
    return Match(None, "No payout of this amount arrives around this day.")


def says_stripe(text: str, account: BankAccount) -> bool:
    """Say whether a line's words are those that the account's payouts come with; all are where none were chosen."""
    return squeezed(account.payout_words) in squeezed(text)


def squeezed(text: str) -> str:
    """Drop all but letters and digits: banks break and space references as they like."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _words(line: BankLine) -> str:
    return squeezed(f"{line.description} {line.bank_reference}")


def _is_traced(payout: Payout, line: BankLine) -> bool:
    trace = squeezed(payout.trace_id)
    return len(trace) >= _SHORTEST_TRACE and trace in _words(line)


def _is_its_amount(payout: Payout, line: BankLine) -> bool:
    """A payout comes in by its amount; one that failed after it had arrived goes out again."""
    return line.amount == payout.amount or (
        line.amount == -payout.amount and bool(payout.return_line_id)
    )


def _is_in_time(payout: Payout, line: BankLine) -> bool:
    late = LATEST if line.amount == payout.amount else LATEST_RETURN
    return EARLIEST <= line.booked_on - payout.arrival_on <= late


def _is_there(payout: Payout, account: BankAccount) -> bool:
    """Where both name the account's last digits, they must be the same."""
    known = (payout.destination_last4, account.last4)
    return not all(known) or known[0] == known[1]


def in_order(lines: Sequence[BankLine]) -> list[BankLine]:
    """Oldest first, so that of equal payouts and equal lines the earlier meet."""
    return sorted(lines, key=lambda line: (line.booked_on, line.pk))
