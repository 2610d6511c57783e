"""Write down each try to collect an invoice that did not get the money."""

from datetime import datetime

from payments.donations.models import AttemptOutcome, Payment, PaymentAttempt
from payments.donations.transitions import has_failed
from payments.gateway.snapshots import InvoiceSnapshot, PaymentSnapshot


def note_attempt(
    payment: Payment, snapshot: PaymentSnapshot, *, now: datetime
) -> PaymentAttempt | None:
    """Record what an intent says of its latest try; returns it when it was not known yet.

    Safe to repeat: a try is known by its charge, or by the invoice's count where none was made. When Stripe tries again
    is told of the latest try only, and may be told later than the try itself.
    """
    invoice, outcome = snapshot.invoice, _outcome(snapshot)
    if invoice is None or outcome is None:
        return None
    charged_at = snapshot.failed_at if outcome == AttemptOutcome.FAILED else None
    attempt, is_new = PaymentAttempt.objects.get_or_create(
        **_key(snapshot, invoice, outcome, has_charge=charged_at is not None),
        defaults={
            "next_attempt_at": invoice.next_attempt_at,
            "payment": payment,
            "stripe_invoice_id": invoice.id,
            "number": invoice.attempt_count,
            "outcome": outcome,
            "decline_code": snapshot.decline_code or snapshot.failure_code,
            "made_at": charged_at or now,
        },
    )
    if is_new:
        return attempt
    if attempt.next_attempt_at != invoice.next_attempt_at:
        attempt.next_attempt_at = invoice.next_attempt_at
        attempt.save(update_fields=["next_attempt_at"])
    return None


def _outcome(snapshot: PaymentSnapshot) -> AttemptOutcome | None:
    if snapshot.status == "requires_action":
        return AttemptOutcome.ACTION_REQUIRED
    is_open = snapshot.status == "requires_payment_method"
    return AttemptOutcome.FAILED if is_open and has_failed(snapshot) else None


def _key(
    snapshot: PaymentSnapshot,
    invoice: InvoiceSnapshot,
    outcome: AttemptOutcome,
    *,
    has_charge: bool,
) -> dict[str, object]:
    if has_charge:
        return {"stripe_charge_id": snapshot.charge_id}
    return {
        "stripe_invoice_id": invoice.id,
        "number": invoice.attempt_count,
        "outcome": outcome,
        "stripe_charge_id": None,
    }
