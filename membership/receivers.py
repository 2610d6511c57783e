"""What happens after a fact: each receiver calls one action and one nudge."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from membership.supporters.actions import attach_payment, mark_payer_due, mark_planner_due
from membership.supporters.tasks import derive_due_statuses
from payments.events import payment_failed, payment_refunded, payment_succeeded, plan_changed
from payments.nudge import nudge


@receiver(payment_succeeded)
def on_payment_succeeded(payment_id: int, **_: Any) -> None:
    attach_payment(payment_id, now=timezone.now())
    nudge(derive_due_statuses)


@receiver(payment_failed)
def on_payment_failed(payment_id: int, **_: Any) -> None:
    mark_payer_due(payment_id, cause="payment_failed", now=timezone.now())
    nudge(derive_due_statuses)


@receiver(payment_refunded)
def on_payment_refunded(payment_id: int, **_: Any) -> None:
    mark_payer_due(payment_id, cause="payment_refunded", now=timezone.now())
    nudge(derive_due_statuses)


@receiver(plan_changed)
def on_plan_changed(plan_id: int, **_: Any) -> None:
    mark_planner_due(plan_id, cause="plan_changed", now=timezone.now())
    nudge(derive_due_statuses)
