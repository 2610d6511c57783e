"""Why nobody saw a campaign: the filters that refused it, over page views of readers who come for the first time."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from membership.prompts.rules.audiences import effective_state
from membership.prompts.rules.bundle import Bundle
from membership.prompts.rules.campaigns import Campaign
from membership.prompts.rules.context import Context, History
from membership.prompts.rules.decision import Question, first_failed
from membership.prompts.rules.mix import Mix
from membership.prompts.rules.reading import MOST_SECONDS
from membership.prompts.rules.sampling import sample_reader
from membership.prompts.rules.targeting import exclusion_of

# So many readers are looked at; a reason that is rarer than this does not starve a campaign.
READERS = 500

# It would have been shown, but others come first in its slots.
OUTRANKED = "others_come_first"
EXCLUDED = "exclusion"


def starved_by(
    bundle: Bundle, campaigns: Iterable[Campaign], mix: Mix, *, seed: int, start: int
) -> dict[str, Counter[str]]:
    """Return for each campaign how often each filter refused it first, in the best of its slots."""
    campaigns = list(campaigns)
    reasons: dict[str, Counter[str]] = {campaign.id: Counter() for campaign in campaigns}
    if not campaigns:
        return reasons
    bundle = replace(bundle, at=0, until=MOST_SECONDS)
    for number in range(READERS):
        reader = sample_reader(mix, seed=seed, number=number, start=start)
        visit = reader.visits[0]
        context = Context(
            visit.now, reader.tz, reader.seed, visit.page, visit.reader, History(arms={})
        )
        for campaign in campaigns:
            reasons[campaign.id][_reason(bundle, campaign, context)] += 1
    return reasons


def _reason(bundle: Bundle, campaign: Campaign, context: Context) -> str:
    reader = context.reader
    state = effective_state(reader.state, reader.as_of, now=context.now, lasts=bundle.status_lasts)
    reason = EXCLUDED
    for slot in bundle.slots:
        if slot.id not in campaign.slots or exclusion_of(bundle, slot.id, context.page):
            continue
        question = Question(bundle, campaign, slot, context, state, is_asked_already=False)
        failed = first_failed(question)
        if failed is None:
            return OUTRANKED
        reason = failed
    return reason
