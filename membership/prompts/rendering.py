"""From a decision to a prompt that a template or a program prints without a question left."""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from membership.prompts.deciding import Decided
from membership.prompts.destinations import Choice, Destination, destination
from membership.prompts.rules.audiences import ASKING
from membership.prompts.rules.decision import SlotDecision
from membership.prompts.rules.tracing import write_trace
from membership.prompts.rules.words import PLACEHOLDER, filled, value_of
from membership.prompts.wording import sanitise
from payments.models import Frequency

# One line has no room for a form.
_LINE = "header-line"
_OF_THE_SITE = re.compile(r'href="(?=/)')


@dataclass(frozen=True, slots=True)
class AmountButton:
    """One suggested amount: what the form sends, what the reader sees, and the link that does without the form."""

    value: str
    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """What an ask adds to its words: a GET form that leads to the donation page, with `hidden` sent along."""

    address: str
    hidden: tuple[tuple[str, str], ...]
    amounts: tuple[AmountButton, ...]
    other_address: str
    once_address: str


@dataclass(frozen=True, slots=True)
class PromptView:
    """A prompt as it is printed: `title` and `action` are text, `body` and `plea` cleaned HTML; "" is left out.

    `link` is where it leads, "" for nowhere; `appeal` is for the forms of those that ask. `why` explains the decision.
    """

    campaign: str
    kind: str
    slot: str
    title: str
    body: SafeString
    plea: SafeString
    action: str
    code: str
    link: str
    appeal: Appeal | None
    why: str

    def as_json(self) -> dict[str, object]:
        """Return what programs print; amounts are those of a form, with the link that each leads to."""
        return {
            "kind": self.kind,
            "title": self.title,
            "body": self.body,
            "plea": self.plea,
            "action": self.action,
            "code": self.code,
            "link": self.link,
            "amounts": [
                {"label": each.label, "link": each.link}
                for each in (self.appeal.amounts if self.appeal else ())
            ],
            "why": self.why,
        }


def prompt_views(decided: Decided, *, back_to: str = "") -> list[PromptView | None]:
    """Return what each decided slot prints, None where it stays empty; `back_to` is where a giver may return to."""
    published, context = decided.published, decided.context
    if published is None or not any(decision.campaign for decision in decided.slots):
        return [None] * len(decided.slots)
    bundle = published.bundle
    campaigns = {campaign.id: campaign for campaign in bundle.campaigns}
    why = f"{bundle.site}/prompts/why/#{write_trace(published.sha256, context)}"

    def view(decision: SlotDecision) -> PromptView | None:
        if decision.campaign is None:
            return None
        campaign = campaigns[decision.campaign]
        variant = next(each for each in campaign.variants if each.id == decision.variant)
        return _view(Choice(bundle, context, campaign, variant, decision), back_to, why)

    return [view(decision) for decision in decided.slots]


def _view(choice: Choice, back_to: str, why: str) -> PromptView:
    campaign, variant, slot = choice.campaign, choice.variant, choice.decision.slot
    copy = variant.copy[choice.context.page.edition]
    leads = destination(choice, back_to=back_to)
    is_form = campaign.kind in ASKING and slot != _LINE and bool(leads.amounts)
    return PromptView(
        campaign=campaign.id,
        kind=campaign.kind.value,
        slot=slot,
        title=filled(copy.title, choice.bundle, campaign, choice.context),
        body=_html(copy.body, choice),
        plea=_html(copy.plea, choice),
        action=filled(copy.action, choice.bundle, campaign, choice.context),
        code=variant.code,
        link=leads.link() if campaign.link and copy.action else "",
        appeal=_appeal(leads) if is_form else None,
        why=why,
    )


def _html(text: str, choice: Choice) -> SafeString:
    """Clean the markup once more, write values in as text, and point what leads to our site there from everywhere."""

    def value(match: re.Match[str]) -> str:
        return escape(value_of(match[1], choice.bundle, choice.campaign, choice.context))

    words = PLACEHOLDER.sub(value, _cleaned(text)) if text else ""
    here = f'href="{escape(choice.bundle.site)}'
    return mark_safe(_OF_THE_SITE.sub(here, words))  # noqa: S308  cleaned just now


@lru_cache(maxsize=1024)
def _cleaned(text: str) -> str:
    return sanitise(text)


def _appeal(leads: Destination) -> Appeal:
    return Appeal(
        address=leads.address,
        hidden=tuple(leads.query.items()),
        amounts=tuple(
            AmountButton(value, label, leads.link(amount=value)) for value, label in leads.amounts
        ),
        other_address=leads.link(amount="other"),
        once_address=leads.link(frequency=Frequency.ONCE.value) if leads.takes_both else "",
    )
