"""What an article may know of a supporter's giving besides the status: pure, and coarse on purpose.

Each value is shared by very many readers, so that none of them, nor all together, tells one supporter from another.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from membership.supporters.models import SupporterState
from membership.supporters.status import Status
from payments.donations.facts import GiftFacts, GivingFacts, PlanFacts
from payments.magnitudes import magnitude
from payments.models import Frequency, PlanStatus
from payments.money import Money


class Tenure(StrEnum):
    NEW = "new"  # The first gift is under a year old.
    SETTLED = "settled"  # One to three years.
    LONG = "long"  # More than three years.


class Band(StrEnum):
    SMALL = "small"
    MIDDLE = "middle"
    LARGE = "large"


_YEAR = timedelta(days=365)

# From so many pounds, dollars or euros on a gift is middle, then large; a yearly gift counts by its twelfth. Editors
# see only the words, so the borders may move.
_BORDERS = {Frequency.ONCE: (20, 75), Frequency.MONTHLY: (5, 15)}

# A single gift invites to go monthly after this long.
INVITED_AFTER = timedelta(days=60)
# A recurring gift invites to be raised after this long, and again after as long.
QUARTER = timedelta(days=92)
# No eleven months are longer.
_ELEVEN_MONTHS = timedelta(days=337)


@dataclass(frozen=True, slots=True)
class Traits:
    """A supporter's tenure, the band of the latest gift and the key of the tier, each empty without one.

    `is_invited` says that a gift may be asked to go monthly, or to be more, in words that do not press.
    """

    tenure: str = ""
    band: str = ""
    tier: str = ""
    is_invited: bool = False


NO_TRAITS = Traits()


def tenure_of(facts: GivingFacts, now: datetime) -> str:
    """Return since how long somebody gives, by the first gift that stands; empty without one."""
    given = [gift.given_at for gift in facts.gifts if gift.net > 0]
    if not given:
        return ""
    age = now - min(given)
    if age < _YEAR:
        return Tenure.NEW
    return Tenure.SETTLED if age < 3 * _YEAR else Tenure.LONG


def band_of(facts: GivingFacts) -> str:
    """Return how large the latest gift that stands is, as such gifts go in its currency; empty without one."""
    gifts = [gift for gift in facts.gifts if gift.net > 0]
    return _band(max(gifts, key=lambda gift: gift.given_at)) if gifts else ""


def may_be_invited(status: Status, facts: GivingFacts, now: datetime) -> bool:
    """Whether what somebody gives is old enough for an invitation; whether they had one lately is not known here."""
    match status.state:
        case SupporterState.ONE_OFF:
            single = [
                gift.given_at for gift in facts.gifts if gift.net > 0 and not gift.is_recurring
            ]
            return bool(single) and now - max(single) >= INVITED_AFTER
        case SupporterState.RECURRING:
            running = [plan for plan in facts.plans if plan.status != PlanStatus.ENDED]
            return bool(running) and all(_is_settled(plan, now) for plan in running)
    return False


def _band(gift: GiftFacts) -> Band:
    amount = Money(gift.net, gift.currency).to_decimal() / magnitude(gift.currency)
    if gift.frequency == Frequency.YEARLY:
        amount /= 12
    once_or_monthly = Frequency.ONCE if gift.frequency == Frequency.ONCE else Frequency.MONTHLY
    middle, large = _BORDERS[once_or_monthly]
    if amount < middle:
        return Band.SMALL
    return Band.MIDDLE if amount < large else Band.LARGE


def _is_settled(plan: PlanFacts, now: datetime) -> bool:
    wait = _ELEVEN_MONTHS if plan.frequency == Frequency.YEARLY else QUARTER
    return plan.status == PlanStatus.ACTIVE and now - plan.started_at >= wait
