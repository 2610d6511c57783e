"""What one campaign's donation page offers: frequencies, currencies, suggested amounts."""

from dataclasses import dataclass

from payments.campaigns.queries import is_within
from payments.models import Campaign, CampaignCurrency, Frequency, SuggestedAmount


@dataclass(frozen=True, slots=True)
class Offer:
    """An open campaign with its rows loaded; nothing here queries."""

    campaign: Campaign
    currencies: tuple[CampaignCurrency, ...]
    suggested: tuple[SuggestedAmount, ...]

    @property
    def frequencies(self) -> tuple[Frequency, ...]:
        allowed = {
            Frequency.ONCE: self.campaign.allows_once,
            Frequency.MONTHLY: self.campaign.allows_monthly,
            Frequency.YEARLY: self.campaign.allows_yearly,
        }
        return tuple(frequency for frequency in Frequency if allowed[frequency])

    @property
    def default_frequency(self) -> Frequency:
        """The editor's choice, or the first that is allowed when that one was switched off."""
        chosen = Frequency(self.campaign.default_frequency)
        return chosen if chosen in self.frequencies else self.frequencies[0]

    @property
    def default_currency(self) -> str:
        return self.currencies[0].currency

    def takes(self, currency: str) -> bool:
        return any(terms.currency == currency for terms in self.currencies)

    def terms(self, currency: str) -> CampaignCurrency:
        """Return the limits and fee rate of a currency that the offer takes."""
        return next(terms for terms in self.currencies if terms.currency == currency)

    def amounts(self, currency: str, frequency: str) -> tuple[int, ...]:
        return tuple(row.amount for row in self._rows(currency, frequency))

    def default_amount(self, currency: str, frequency: str) -> int | None:
        """Return the amount that is ticked at first; None when nothing is suggested."""
        rows = self._rows(currency, frequency)
        chosen = next((row for row in rows if row.is_default), rows[0] if rows else None)
        return chosen.amount if chosen else None

    def _rows(self, currency: str, frequency: str) -> list[SuggestedAmount]:
        """Return the suggestions that the limits take: rows may hold others, and a button that is
        then refused would be a trap.
        """
        terms, wanted = self.terms(currency), (currency, frequency)
        return [
            row
            for row in self.suggested
            if (row.currency, row.frequency) == wanted and is_within(row.amount, terms)
        ]
