"""What happens in the year besides giving: which month, on which of its days the player stops, to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field

BEGIN, EARLY, LATER, END = 2, 10, 20, 0
STOPS = (BEGIN, EARLY, LATER, END)
"""The days of a month on which time stops, for what came due and what happens then; 0 is its last. New gifts begin
on BEGIN."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing; `what` names a method of Incidents, `reader` the number of whom it happens to (0: the newspaper)."""

    month: int
    day: int
    what: str
    reader: int = 0
    details: Mapping[str, object] = field(default_factory=dict)


HAPPENINGS = (
    Happening(2, EARLY, "refund", 11, {"amount": 1000}),
    Happening(2, LATER, "dispute", 26, {"won": True}),
    Happening(2, END, "raise_gift", 1, {"total": 800}),
    Happening(3, EARLY, "refund", 32),
    Happening(3, LATER, "return_debit", 28),
    Happening(3, LATER, "dispute", 17, {"won": False}),
    Happening(3, END, "bill", 0, {"amount": 1250, "currency": "gbp", "category": "fee"}),
    Happening(4, EARLY, "refund", 12, {"amount": 500}),
    Happening(4, EARLY, "refund", 12, {"amount": 535}),
    Happening(4, LATER, "pause", 18, {"days": 61}),
    Happening(4, END, "run_dry", 19),
    Happening(5, EARLY, "change_card", 19),
    Happening(5, LATER, "hold_reserve", 0, {"amount": 900, "currency": "gbp", "days": 45}),
    Happening(5, END, "lower_gift", 6, {"total": 1000}),
    Happening(6, EARLY, "refund", 13),
    Happening(6, LATER, "inquire", 33),
    Happening(6, END, "fail_payout", 0, {"currency": "GBP"}),
    Happening(7, LATER, "refund", 14),
    Happening(7, END, "run_dry", 7),
    Happening(8, EARLY, "stop", 3),
    Happening(8, LATER, "dispute", 24, {"lost_for": 1200}),
    Happening(8, END, "bill", 0, {"amount": 77, "currency": "eur", "category": "network_cost"}),
    Happening(9, LATER, "refund", 35, {"amount": 300}),
    Happening(9, END, "stop", 27),
    Happening(10, LATER, "fail_payout", 0, {"currency": "EUR"}),
    Happening(10, END, "inquire", 34),
    Happening(11, EARLY, "escalate", 34),
    Happening(11, LATER, "raise_gift", 36, {"total": 1500}),
    Happening(12, EARLY, "decide", 34, {"won": True}),
    Happening(12, LATER, "refund", 15, {"amount": 1}),
)
