"""Simulations: asked for at the desk, run by a task, and looked up before anything is published."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from membership.accounts.models import User
from membership.errors import PublishRefused
from membership.prompts.drafts import Draft, live_bundle
from membership.prompts.models import PromptSimulation, SimulationState
from membership.prompts.outcomes import outcome_of
from membership.prompts.rules.bundle import BundleRefused, parse_bundle
from membership.prompts.rules.policy import Break
from membership.prompts.rules.simulation import Sample, simulate

# How many page views are played: 60,000 take some seconds on one core, and meet what one reader in a thousand meets.
SIZES = {60_000: "As usual", 5_000: "A quick look", 300_000: "Thoroughly"}
VIEWS = 60_000
_SEED = 1
# A task that ran longer was lost.
_LOST_AFTER = timedelta(minutes=10)
_MOST_ATTEMPTS = 3


@transaction.atomic
def request_simulation(
    draft: Draft, choice: Mapping[str, Any], *, by: User, now: datetime, views: int = VIEWS
) -> PromptSimulation:
    """Ask for a simulation of a draft beside what is live; the same bytes are not simulated twice.

    `choice` is what the draft was made of. Raises PublishRefused for a draft that no browser would read.
    """
    try:
        parse_bundle(draft.compiled.body)
    except BundleRefused as error:
        raise PublishRefused([str(error)]) from error
    content = draft.compiled.manifest["content"]
    same = PromptSimulation.objects.filter(content=content).exclude(state=SimulationState.FAILED)
    live = live_bundle()
    if found := same.filter(live=live, views__gte=views).order_by("-id").first():
        return found
    manifest = draft.compiled.manifest
    return PromptSimulation.objects.create(
        draft=draft.compiled.body,
        content=content,
        live=live,
        choice={
            **choice,
            "names": manifest["names"],
            "totals": manifest["totals"],
            "has_new_rules": live is None or live.manifest.get("rules") != manifest["rules"],
            "reasons": list(draft.reasons),
        },
        views=views,
        seed=_SEED,
        requested_by=by,
        requested_at=now,
    )


@transaction.atomic
def claim_simulation(*, now: datetime) -> PromptSimulation | None:
    """Take the oldest simulation that waits, or whose task was lost; None when there is none."""
    lost = Q(state=SimulationState.RUNNING, claimed_at__lt=now - _LOST_AFTER)
    PromptSimulation.objects.filter(lost, attempts__gte=_MOST_ATTEMPTS).update(
        state=SimulationState.FAILED, finished_at=now
    )
    due = PromptSimulation.objects.select_for_update(skip_locked=True, of=("self",))
    simulation = due.filter(Q(state=SimulationState.QUEUED) | lost).order_by("id").first()
    if simulation is None:
        return None
    simulation.state, simulation.claimed_at = SimulationState.RUNNING, now
    simulation.attempts += 1
    simulation.save(update_fields=["state", "claimed_at", "attempts"])
    return simulation


def run_simulation(simulation: PromptSimulation, *, clock: Callable[[], datetime]) -> None:
    """Play the draft and the live bundle, and write down what came of it; safe to repeat."""
    draft = parse_bundle(bytes(simulation.draft))
    live = parse_bundle(bytes(simulation.live.body)) if simulation.live else None
    played = simulate(
        draft,
        live,
        Sample(draft.at, views=simulation.views, seed=simulation.seed),
        has_new_rules=simulation.choice["has_new_rules"],
    )
    simulation.result = outcome_of(played)
    reasons = simulation.choice["reasons"]
    # What the policy says of a bundle is among the reasons already; the replay adds what it saw.
    asked = (Break.SUPPORTER_ASKED, Break.FAILING_PAYER_ASKED)
    seen = [each.sentence for each in played.refusals if not each.campaign and each.policy in asked]
    simulation.refusals = list(dict.fromkeys([*reasons, *seen]))
    simulation.state, simulation.finished_at = SimulationState.DONE, clock()
    simulation.save(update_fields=["result", "refusals", "state", "finished_at"])


def simulations_of(keys: Sequence[str], *, takes_rules: bool) -> list[PromptSimulation]:
    """Return the latest simulations of a choice, newest first, without the drafts' bytes."""
    rows = PromptSimulation.objects.select_related("requested_by").defer("draft")
    chosen = rows.filter(choice__keys=sorted(keys), choice__takes_rules=takes_rules)
    return list(chosen.order_by("-id")[:5])
