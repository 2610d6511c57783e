"""Whether exactly this was simulated: the gate between the desk and every reader."""

from datetime import datetime

from membership.prompts.desk.proposals import Proposal, propose
from membership.prompts.models import PromptSimulation
from membership.prompts.simulating import simulations_of


def simulation_of(proposal: Proposal, *, now: datetime) -> tuple[PromptSimulation | None, bool]:
    """Return the latest simulation of this choice, and whether publishing it would make that very bundle.

    What a goal's total has come to meanwhile makes no difference, nor does the time that stands in the bundle.
    """
    simulations = simulations_of(proposal.keys, takes_rules=proposal.takes_rules)
    for simulation in simulations:
        again = propose(
            proposal.keys,
            now=now,
            takes_rules=proposal.takes_rules,
            totals=simulation.choice["totals"],
        )
        if again.draft.compiled.manifest["content"] == simulation.content:
            return simulation, True
    return (simulations[0] if simulations else None), False
