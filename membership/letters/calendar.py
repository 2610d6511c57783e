"""The notice calendar: which notice of a recurring gift is due when, as rows of data.

The default is one strict row for each notice, which satisfies at once what the rules that we know of ask for: a
reminder at least every six months before a payment (United Kingdom), before each yearly renewal (California, card
schemes), and once a year for everybody. Where a jurisdiction asks for something else from some day on, that is another
row: the row that names most counts, and of those the latest that is in force.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from payments.models import Frequency

ANYWHERE = "*"
ANY_CLASS = "*"


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """One row: the notice `kind` of plans of `frequency`, in `jurisdiction`, to an entity of `entity_class`.

    It belongs to the payment with which `every_months` × n months of the plan are full, and is sent from `opens_days`
    before that payment on. From `closes_days` before it on it is too late: the notice then belongs to the next payment
    or, where `is_sent_late`, is sent all the same as long as the payment is ahead. A notice that `gives_way_to`
    another is left out where both belong to one payment.
    """

    kind: str
    frequency: Frequency
    every_months: int
    opens_days: int
    closes_days: int
    is_sent_late: bool = False
    gives_way_to: str = ""
    jurisdiction: str = ANYWHERE
    entity_class: str = ANY_CLASS
    in_force_from: date = date(2026, 1, 1)


# A card's expiry is a day of its own and no payment's: so many days before it, whatever the gift.
CARD_EXPIRING_DAYS = 30

CALENDAR: tuple[NoticeRule, ...] = (
    NoticeRule(
        "six_month_reminder",
        Frequency.MONTHLY,
        every_months=6,
        opens_days=21,
        closes_days=14,
        gives_way_to="yearly_reminder",
    ),
    NoticeRule(
        "yearly_reminder", Frequency.MONTHLY, every_months=12, opens_days=21, closes_days=14
    ),
    NoticeRule(
        "renewal_notice",
        Frequency.YEARLY,
        every_months=12,
        opens_days=30,
        closes_days=15,
        is_sent_late=True,
    ),
    # Half-way between two payments: a reminder beside the renewal notice would only repeat it.
    NoticeRule(
        "yearly_reminder", Frequency.YEARLY, every_months=12, opens_days=182, closes_days=60
    ),
)


def rules_for(
    frequency: str,
    *,
    jurisdiction: str,
    entity_class: str,
    today: date,
    calendar: Iterable[NoticeRule] = CALENDAR,
) -> list[NoticeRule]:
    """Return the one row that counts for each notice of such plans, in the calendar's order."""
    chosen: dict[str, NoticeRule] = {}
    for rule in calendar:
        fits = (
            rule.frequency == frequency
            and rule.jurisdiction in (ANYWHERE, jurisdiction)
            and rule.entity_class in (ANY_CLASS, entity_class)
            and rule.in_force_from <= today
        )
        if fits and _weight(rule) >= _weight(chosen.get(rule.kind, rule)):
            chosen[rule.kind] = rule
    return list(chosen.values())


def _weight(rule: NoticeRule) -> tuple[bool, bool, date]:
    return (rule.jurisdiction != ANYWHERE, rule.entity_class != ANY_CLASS, rule.in_force_from)
