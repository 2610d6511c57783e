"""Tasks: the published prompts kept true, and drafts simulated."""

from celery import shared_task
from django.utils import timezone

from membership.prompts.renewing import publish_due
from membership.prompts.simulating import claim_simulation, run_simulation
from payments.nudge import nudge


@shared_task
def publish_due_bundle() -> None:
    """Publish anew where a schedule, an offer or a goal's total has moved on."""
    publish_due(now=timezone.now())


@shared_task
def run_simulations() -> None:
    """Run the oldest simulation that waits, then look for the next in a task of its own."""
    simulation = claim_simulation(now=timezone.now())
    if simulation is not None:
        run_simulation(simulation, clock=timezone.now)
        nudge(run_simulations)
