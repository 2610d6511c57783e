"""The prompts that a newspaper's articles begin with."""

from django.utils import timezone

from membership.errors import PublishRefused
from membership.prompts.defaults import ensure_prompts
from membership.prompts.models import PromptCampaign
from membership.setup.steps import Outcome, Step
from payments.models import Campaign


def ensure_default_prompts(campaign: Campaign) -> Step:
    """See that prompts are published; a newspaper that has some keeps them as they are."""
    try:
        made = ensure_prompts(campaign.slug, now=timezone.now())
    except PublishRefused as error:
        words = f"None were made, since their words would lack a value. {error}"
        return Step(Outcome.NOTE, "Prompts", words)
    if made is None:
        return Step(Outcome.OK, "Prompts", "They are there.")
    count = PromptCampaign.objects.count()
    words = f"{count} are published for /donate/{campaign.slug}/; editors change their words."
    return Step(Outcome.MADE, "Prompts", words)
