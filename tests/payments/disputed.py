"""A disputed gift, and what staff answer, for tests of the dispute desk."""

from collections.abc import Callable

from payments.desk.drafting import Draft
from payments.models import Campaign, Dispute, Frequency, Payment
from tests.payments.stories import give
from tests.sandbox.client import SandboxAccount

TEXTS = {"product_description": "A gift.", "uncategorized_text": "winning_evidence"}


def disputed_gift(
    campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int], **choices: object
) -> Dispute:
    """A monthly gift of £10.35 of Ada Reader's, whose bank took it back."""
    give(campaign, sandbox, **{"frequency": Frequency.MONTHLY, "name": "Ada Reader", **choices})
    deliver()
    payment = Payment.objects.latest("pk")
    assert payment.stripe_charge_id is not None
    sandbox.dispute(payment.stripe_charge_id)
    deliver()
    return Dispute.objects.get(payment=payment)


def draft(version: int = 0, *, note: str = "", **texts: str) -> Draft:
    return Draft(version, texts or TEXTS, note)
