"""Proposing weights from what an experiment brought so far; nothing is published by it."""

from datetime import datetime

from membership.results.models import WeightProposal
from membership.results.progress import progress_of
from membership.results.selections import ResultsSelection
from membership.results.verdicts import Arm
from membership.results.weights import propose_weights


def propose_campaign_weights(
    selection: ResultsSelection, *, seed: str, now: datetime
) -> WeightProposal:
    """Propose weights for the campaign's live variants by the selected days, and keep from what; returns the row.

    A variant that no reader has met yet takes part (D4). Editors decide whether to publish them. Raises ValueError
    where the campaign has no variants or more than ten.
    """
    progress = progress_of(selection, ppm=None)
    met = {arm.variant: arm for arm in progress.arms}
    variants = progress.experiment.live or tuple(met)
    arms = [met.get(variant, Arm(variant, 0, 0, 0, 0)) for variant in variants]
    proposal = propose_weights(arms, seed)
    return WeightProposal.objects.create(
        campaign=selection.campaign,
        currency=progress.currency,
        seed=seed,
        evidence={
            arm.variant: {"readers": arm.readers, "gifts": arm.gifts, "net": arm.net}
            for arm in arms
        },
        chances=dict(proposal.chances),
        weights=dict(proposal.weights),
        proposed_at=now,
    )
