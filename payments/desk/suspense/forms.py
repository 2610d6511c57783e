from django import forms

from payments.desk.forms import words_field
from payments.ledger.accounts import LedgerAccount

# Where a line without a gift can belong, in the words of whoever knows. Gifts are not here: theirs are found by
# themselves, and income that no gift stands behind would be in no register.
PLACES = {
    LedgerAccount.PROCESSING_FEES: "Processing fees: Stripe charged it, or gave it back",
    LedgerAccount.DISPUTE_FEES: "Dispute fees: charged for a dispute, or given back",
    LedgerAccount.BANK_IN_TRANSIT: "Between Stripe and the bank: a top-up, or money that was sent on",
    LedgerAccount.STRIPE_RESERVE: "Held in reserve by Stripe: taken into the reserve, or let go",
    LedgerAccount.REFUNDS_PAYABLE: "Refunds payable: a payer is owed it, or got it back",
}


class SuspenseForm(forms.Form):
    """What a line is, and how one knows."""

    account = forms.TypedChoiceField(
        label="What it is",
        coerce=LedgerAccount,
        choices=[("", "Choose"), *((place.value, words) for place, words in PLACES.items())],
        error_messages={"required": "Choose what it is."},
    )
    # As long as the ledger keeps it beside a posting.
    reason = words_field(
        "How you know", "Say how you know, so that it can be understood in a year.", most=200
    )
