"""What a letter about a failing payment says when its day has come, and whether it is still to be said."""

from datetime import datetime

from membership.letters.contents import Contents
from membership.letters.declines import explain
from membership.letters.gathering import contents_of, links_of
from membership.letters.models import Letter
from membership.letters.plan_values import plan_values, printed_day
from payments.models import AttemptOutcome, Payment, PaymentAttempt, PlanStatus

# Days since the first failure.
STEPS = (0, 3, 7, 14)
FAILED_KIND = "payment_failed"


def why_not_failing(letter: Letter, now: datetime) -> str:
    """Say why a letter about a failing payment is not to be sent now; empty when it is."""
    payment = Payment.objects.select_related("donation__plan").get(pk=letter.context["payment"])
    plan, step = payment.donation.plan, letter.context.get("step")
    if payment.donation.payments.filter(status__in=Payment.SETTLED).exists():
        return "The payment was collected before this letter's day."
    if plan is None or plan.status not in (PlanStatus.PAST_DUE, PlanStatus.ACTIVE):
        return "The gift ended or was paused before this letter's day."
    later = [
        f"{payment.stripe_invoice_id} {each}" for each in STEPS if step is not None and each > step
    ]
    if Letter.objects.filter(kind=FAILED_KIND, key__in=later, due_at__lte=now).exists():
        return "A later letter about the payment is due already."
    return ""


def failing_contents(letter: Letter) -> Contents:
    """What the payment and its tries are by now, with the link that only changes the card or only confirms."""
    payment = renewal_of(letter.context["payment"])
    if payment is None or payment.donation.plan is None:
        raise LookupError(f"Letter {letter.reference} is about no renewal.")
    plan = payment.donation.plan
    attempt = PaymentAttempt.objects.filter(stripe_invoice_id=payment.stripe_invoice_id).last()
    values = plan_values(plan)
    code = attempt.decline_code if attempt else payment.decline_code
    waits = attempt is not None and attempt.outcome == AttemptOutcome.ACTION_REQUIRED
    failed_at = payment.first_failed_at or (attempt.made_at if attempt else letter.created_at)
    next_attempt_at = attempt.next_attempt_at if attempt else None
    values |= {
        "step": letter.context.get("step", 0),
        "last4": payment.card_last4 or plan.card_last4 or plan.customer.card_last4,
        "failed_on": printed_day(failed_at, plan),
        "asked_on": printed_day(attempt.made_at if attempt else letter.created_at, plan),
        "paid_on": printed_day(payment.succeeded_at, plan),
        "why": explain("authentication_required" if waits else code, values["locale"]),
        "must_confirm": waits,
        "next_attempt_on": printed_day(next_attempt_at, plan) if not waits else "",
        **links_of(letter, plan.reference),
    }
    return contents_of(letter, values)


def renewal_of(payment_id: int) -> Payment | None:
    """Return a payment of a plan that no reader made at the hosted page, as the first of a plan is made."""
    payment = Payment.objects.select_related(
        "donation__entity",
        "donation__customer",
        "donation__plan__entity",
        "donation__plan__checkout",
        "donation__plan__customer",
    ).get(pk=payment_id)
    is_renewal = payment.donation.plan_id and payment.donation.checkout_id is None
    return payment if is_renewal and payment.stripe_invoice_id else None
