"""Letters that tests arrange with."""

from membership.models import Letter
from payments.receipts.actions import issue_receipt, render_receipt
from tests.factories import NOON, CheckoutFactory, DonationFactory, PaymentFactory


def receipt_letter(name: str = "Ada Reader", **checkout: object) -> Letter:
    """The letter that brings a payment's receipt, due at noon instead of at the clock's time; nothing was sent."""
    origin = CheckoutFactory.create(name=name, **checkout)
    donation = DonationFactory.create(
        checkout=origin, customer=origin.customer, currency=origin.currency
    )
    receipt = issue_receipt(PaymentFactory.create(donation=donation).pk, now=NOON)
    render_receipt(receipt.pk, now=NOON)
    Letter.objects.filter(key=str(receipt.reference)).update(due_at=NOON)
    return Letter.objects.get(key=str(receipt.reference))
