"""Which variant a reader gets: a stable draw by the seed that only their browser knows."""

from membership.prompts.rules.campaigns import Campaign, Variant
from membership.prompts.rules.context import Context
from membership.prompts.rules.hashing import share
from membership.prompts.rules.parts import MILLION, Holdout

# The arm of readers without a seed: shown the first variant and counted apart, so that they skew no experiment.
DEFAULT = "default"
HOLDOUT = "holdout"


def is_held_out(holdout: Holdout, seed: str | None) -> bool:
    """Return whether the reader is one of those who are never asked, so that asking can be measured."""
    return seed is not None and share(f"{holdout.id}:{seed}", MILLION) < holdout.ppm


def assign(campaign: Campaign, context: Context) -> tuple[Variant, str]:
    """Return the variant and the arm under which it counts; the campaign must have a variant of weight above 0.

    The arms' weights are intervals in order, so that a change of weights moves as few readers as can be. A reader who
    had an arm keeps it while it is live.
    """
    live = campaign.live_variants
    if context.seed is None:
        return live[0], DEFAULT
    kept = (context.history.arms or {}).get(campaign.experiment)
    for variant in live:
        if variant.id == kept:
            return variant, variant.id
    point = share(f"{campaign.experiment}:{context.seed}", sum(item.weight for item in live))
    for variant in live:
        if point < variant.weight:
            break
        point -= variant.weight
    return variant, variant.id


def chances(campaign: Campaign) -> dict[str, float]:
    """Return the share of readers with a seed that each live variant gets; the shares sum to 1."""
    live = campaign.live_variants
    total = sum(variant.weight for variant in live)
    return {variant.id: variant.weight / total for variant in live}
