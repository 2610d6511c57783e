"""What each kind of command has Stripe do, and how the plan stands once that is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payments.campaigns.models import Frequency
from payments.checkouts.prices import INTERVALS, product_of
from payments.gateway import standing_gifts
from payments.gateway.invoices import void_if_open
from payments.gateway.snapshots import SubscriptionSnapshot
from payments.gateway.standing_gifts import Parting, PriceRequest
from payments.plans.models import PlanCommand, PlanCommandKind, PlanStatus, RecurringPlan

# Stripe's own words for why a payer leaves; ours that it does not know go as the comment.
_FEEDBACK = frozenset({
    "customer_service", "low_quality", "missing_features", "other", "switched_service", "too_complex",
    "too_expensive", "unused",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """A command on its way to Stripe, with the subscription as it was read just before."""

    command: PlanCommand
    snapshot: SubscriptionSnapshot
    key: str

    @property
    def plan(self) -> RecurringPlan:
        return self.command.plan

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.command.parameters)


@dataclass(frozen=True, slots=True)
class Order:
    """How a kind of command is carried out, and whether the plan already is as it wants."""

    carry_out: Callable[[Call], None]
    is_met: Callable[[RecurringPlan, dict[str, Any]], bool]


def _stop(call: Call) -> None:
    standing_gifts.set_ending(
        call.snapshot.id, is_ending=True, idempotency_key=call.key, parting=_parting(call)
    )


def _stop_now(call: Call) -> None:
    standing_gifts.stop_collecting(
        call.snapshot.id,
        ends_at=datetime.fromisoformat(call.values["ends_at"]),
        pauses=not call.snapshot.is_paused,
        idempotency_key=call.key,
        parting=_parting(call),
    )
    # Stripe goes on trying an invoice that is open already, whatever becomes of its subscription.
    if call.snapshot.latest_invoice_id:
        void_if_open(call.snapshot.latest_invoice_id, idempotency_key=f"{call.key}-invoice")


def _end(call: Call) -> None:
    standing_gifts.end_at_once(call.snapshot.id, idempotency_key=call.key, parting=_parting(call))
    if call.snapshot.latest_invoice_id:
        void_if_open(call.snapshot.latest_invoice_id, idempotency_key=f"{call.key}-invoice")


def _keep(call: Call) -> None:
    if call.snapshot.cancel_at_period_end:
        standing_gifts.set_ending(call.snapshot.id, is_ending=False, idempotency_key=call.key)
    else:
        standing_gifts.take_back_stop(
            call.snapshot.id,
            lifts_pause=call.values.get("lifts_pause", False),
            idempotency_key=call.key,
        )


def _set_amount(call: Call) -> None:
    price = _price(call, Frequency(call.plan.frequency))
    standing_gifts.set_price(call.snapshot.id, price, idempotency_key=call.key)


def _set_frequency(call: Call) -> None:
    price = _price(call, Frequency(call.values["frequency"]))
    standing_gifts.set_price(
        call.snapshot.id,
        price,
        begins_at=call.snapshot.current_period_end_at,
        idempotency_key=call.key,
    )


def _set_date(call: Call) -> None:
    next_at = datetime.fromisoformat(call.values["next_at"])
    standing_gifts.set_next_date(call.snapshot.id, next_at=next_at, idempotency_key=call.key)


def _pause(call: Call) -> None:
    resumes_at = datetime.fromisoformat(call.values["resumes_at"])
    standing_gifts.pause_collection(
        call.snapshot.id, resumes_at=resumes_at, idempotency_key=call.key
    )


def _resume(call: Call) -> None:
    standing_gifts.pause_collection(call.snapshot.id, resumes_at=None, idempotency_key=call.key)


def _set_card(call: Call) -> None:
    standing_gifts.set_method(
        call.snapshot.id,
        customer_id=call.snapshot.customer_id,
        method_id=call.values["method"],
        idempotency_key=call.key,
    )


def _price(call: Call, frequency: Frequency) -> PriceRequest:
    product_id, product_name = product_of(call.plan.entity, frequency)
    return PriceRequest(
        item_id=call.snapshot.item_id,
        currency=call.plan.currency,
        amount=call.values["total"],
        interval=INTERVALS[frequency],
        product_id=product_id,
        product_name=product_name,
    )


def _parting(call: Call) -> Parting:
    reason = call.command.reason
    return Parting(
        feedback=reason if reason in _FEEDBACK else ("other" if reason else ""),
        comment=call.command.comment,
    )


def _is_over(plan: RecurringPlan, _: dict[str, Any]) -> bool:
    return plan.status in (PlanStatus.ENDING, PlanStatus.ENDED)


ORDERS: dict[PlanCommandKind, Order] = {
    PlanCommandKind.STOP: Order(_stop, _is_over),
    PlanCommandKind.STOP_NOW: Order(_stop_now, _is_over),
    PlanCommandKind.END: Order(_end, lambda plan, _: plan.status == PlanStatus.ENDED),
    PlanCommandKind.KEEP: Order(
        _keep, lambda plan, _: plan.status in (PlanStatus.ACTIVE, PlanStatus.PAUSED)
    ),
    PlanCommandKind.AMOUNT: Order(_set_amount, lambda plan, values: plan.total == values["total"]),
    PlanCommandKind.FREQUENCY: Order(
        _set_frequency,
        lambda plan, values: (plan.frequency, plan.total) == (values["frequency"], values["total"]),
    ),
    PlanCommandKind.DATE: Order(
        _set_date,
        lambda plan, values: plan.moved_to_at == datetime.fromisoformat(values["next_at"]),
    ),
    PlanCommandKind.PAUSE: Order(
        _pause,
        lambda plan, values: (
            plan.status == PlanStatus.PAUSED
            and plan.resumes_at == datetime.fromisoformat(values["resumes_at"])
        ),
    ),
    PlanCommandKind.RESUME: Order(
        _resume, lambda plan, _: plan.status not in (PlanStatus.PAUSED, PlanStatus.ENDING)
    ),
    PlanCommandKind.CARD: Order(
        _set_card, lambda plan, values: plan.payment_method_id == values["method"]
    ),
}
