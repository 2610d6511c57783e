"""What a person has given, as plain values for the layer above to reason about."""

from dataclasses import dataclass
from datetime import datetime

from payments.campaigns.models import Frequency
from payments.plans.models import PlanStatus


@dataclass(frozen=True, slots=True)
class GiftFacts:
    """One payment that settled; `net` is what stands after refunds and lost disputes, in minor units of `currency`.

    `held` is how much of that a dispute that is still open has taken for now, `frequency` that of the gift as it was
    collected.
    """

    given_at: datetime
    net: int
    currency: str
    is_recurring: bool
    held: int = 0
    frequency: Frequency = Frequency.ONCE


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One recurring plan; a time is None where nothing says it.

    `failing_since` is the first failed attempt of the collection that is now failing, whatever the plan's status says
    yet: the failure may arrive before Stripe's word on the subscription. `collected` is the latest collection that
    settled, whatever became of it since.
    """

    status: PlanStatus
    frequency: Frequency
    started_at: datetime
    current_period_end_at: datetime | None
    cancelled_at: datetime | None
    ended_at: datetime | None
    resumes_at: datetime | None
    failing_since: datetime | None
    collected: GiftFacts | None = None


@dataclass(frozen=True, slots=True)
class GivingFacts:
    """Everything that decides a supporter's status: plans and gifts, each oldest first."""

    plans: tuple[PlanFacts, ...]
    gifts: tuple[GiftFacts, ...]
