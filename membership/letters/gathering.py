"""Where the contents of a letter come from when it is sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from membership.letters.contents import Contents, Enclosure
from membership.letters.models import Letter
from membership.supporters.links import LinkPurpose, make_link
from payments.models import Receipt
from payments.receipts.queries import stored_pdf

# Each link does one thing. A reader who keeps a letter for a year can still stop or begin again by it; the card's
# outlives the time in which Stripe tries again.
_LINKS = {
    "stop_url": (LinkPurpose.STOP, timedelta(days=400)),
    "card_url": (LinkPurpose.UPDATE_CARD, timedelta(days=60)),
    "confirm_url": (LinkPurpose.CONFIRM_PAYMENT, timedelta(days=60)),
    "upgrade_url": (LinkPurpose.UPGRADE, timedelta(days=60)),
    "restart_url": (LinkPurpose.RESTART, timedelta(days=400)),
}


def document_contents(letter: Letter) -> Contents:
    """A receipt or credit note: the frozen content tells, the stored bytes go along."""
    receipt = Receipt.objects.select_related("document", "payment__donation__plan").get(
        pk=letter.context["receipt"]
    )
    plan = receipt.payment.donation.plan
    enclosure = Enclosure(f"{receipt.number}.pdf", stored_pdf(receipt.document), "application/pdf")
    values = {**receipt.content, **(links_of(letter, plan.reference) if plan else {})}
    return contents_of(letter, values, enclosure)


def frozen_contents(letter: Letter) -> Contents:
    """Everything was frozen with the fact, except the links."""
    plan = letter.context.get("plan")
    links = links_of(letter, UUID(plan)) if plan else {}
    return contents_of(letter, {**letter.context, **links})


def contents_of(letter: Letter, values: dict[str, Any], *enclosures: Enclosure) -> Contents:
    """Return what to send, to the address that the supporter has by now or else the one that was typed."""
    issuer = values["issuer"]
    return Contents(
        address=letter.supporter.email if letter.supporter else values["payer_email"],
        newspaper=issuer["trading_name"],
        reply_to=issuer["contact_email"],
        values=values,
        enclosures=enclosures,
    )


def links_of(letter: Letter, plan: UUID) -> dict[str, str]:
    """Return the links about a gift that need no sign-in, the same each time the letter is composed for its day."""
    return {
        name: make_link(purpose, plan, valid_for=lasts, now=letter.due_at)
        for name, (purpose, lasts) in _LINKS.items()
    }
