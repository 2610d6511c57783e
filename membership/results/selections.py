"""Which results are shown, in a form that an address can hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from django.db.models import Q

from payments.finance.selections import GiftSelection
from payments.periods import Period, midnight
from payments.periods import days as civil_days

# By what results are told apart; `variant` is the arm that events and gifts carry.
DIMENSIONS = ("variant", "slot", "country", "state")


@dataclass(frozen=True, slots=True)
class ResultsSelection:
    """One campaign's results from `first` to `last`, both included, civil days of `zone`.

    Money is what the entity was given. An empty string does not narrow; a country, slot or state is the reader's, as
    the prompt knew it.
    """

    campaign: str
    entity: str
    zone: str
    first: date
    last: date
    slot: str = ""
    country: str = ""
    state: str = ""

    @property
    def period(self) -> Period:
        """The days as instants."""
        return civil_days(self.first, self.last, self.zone)

    @property
    def gifts(self) -> GiftSelection:
        """The rows of the gift register in which this campaign's gifts are."""
        return GiftSelection(self.entity, first=self.first, last=self.last)

    @property
    def hours(self) -> Q:
        """The condition on hourly counts."""
        return Q(
            campaign=self.campaign,
            hour__gte=midnight(self.first, self.zone),
            hour__lt=self.period.ends_at,
            **self.narrowed,
        )

    @property
    def narrowed(self) -> Mapping[str, str]:
        """The dimensions that are narrowed to one value."""
        values = asdict(self)
        return {name: values[name] for name in DIMENSIONS[1:] if values[name]}
