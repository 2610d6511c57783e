"""Where a prompt leads: the donation page with an amount, or the reader's own page. As prompts-view.js has it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from membership.accounts.returns import RETURN
from membership.prompts.rules.audiences import effective_state
from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.campaigns import Campaign, Variant
from membership.prompts.rules.context import Context
from membership.prompts.rules.decision import SlotDecision
from membership.prompts.rules.parts import PriceSet
from membership.prompts.rules.words import prices_of
from payments.models import Frequency

DONATE = "donate"
FREQUENCY = "frequency"


@dataclass(frozen=True, slots=True)
class Choice:
    """A campaign's variant, chosen for a slot of one page view."""

    bundle: Bundle
    context: Context
    campaign: Campaign
    variant: Variant
    decision: SlotDecision


@dataclass(frozen=True, slots=True)
class Destination:
    """An address, and what its link says of the prompt that was followed; `prices` only where it leads to giving."""

    address: str
    query: dict[str, str]
    prices: PriceSet | None
    encoded: str = (
        ""  # The query without its frequency: a prompt has several links, which end differently.
    )

    @property
    def amounts(self) -> tuple[tuple[str, str], ...]:
        """What is suggested: what a form sends, and what the reader sees."""
        if self.prices is None:
            return ()
        return self.prices.monthly if self.prices.takes_monthly else self.prices.once

    @property
    def takes_both(self) -> bool:
        return self.prices is not None and self.prices.takes_once and self.prices.takes_monthly

    def link(self, **more: str) -> str:
        """Return the address with the query, and `more` in it; a `frequency` stands instead of the query's own."""
        if not self.query:
            return self.address
        end = urlencode({FREQUENCY: self.query[FREQUENCY], **more})
        return f"{self.address}?{self.encoded}&{end}"


def destination(choice: Choice, *, back_to: str = "") -> Destination:
    """Return where the prompt leads; `back_to` is the page to which a giver may return, "" for none that is known."""
    bundle, context, campaign = choice.bundle, choice.context, choice.campaign
    prices = prices_of(bundle, campaign, context) if campaign.link == DONATE else None
    if prices is None:
        return Destination(f"{bundle.site}/support/", {}, None)
    page, reader = context.page, context.reader
    state = effective_state(reader.state, reader.as_of, now=context.now, lasts=bundle.status_lasts)
    query = {
        "currency": prices.currency,
        FREQUENCY: (Frequency.MONTHLY if prices.takes_monthly else Frequency.ONCE).value,
        "code": choice.variant.code,
        "slot": choice.decision.slot,
        "edition": page.edition,
        "country": reader.country or bundle.editions[page.edition].country,
        "state": state.value,
        "arm": choice.decision.arm or "",
        "article": page.id,
        RETURN: back_to,
    }
    known = {name: value for name, value in query.items() if value}
    encoded = urlencode({name: value for name, value in known.items() if name != FREQUENCY})
    return Destination(f"{bundle.site}/donate/{campaign.offer}/", known, prices, encoded)
