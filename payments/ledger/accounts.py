"""The accounts of the books. A newspaper's own chart of accounts is mapped onto these, never the reverse."""

from django.db import models


class LedgerAccount(models.TextChoices):
    """What a line of a posting is about; the comment says when it is debited and when credited."""

    # Assets. Stripe clearing mirrors Stripe's balance: it moves by the net of every balance transaction.
    STRIPE_CLEARING = "stripe_clearing", "Stripe clearing"
    # Debited when Stripe holds money back, credited when it lets go.
    STRIPE_RESERVE = "stripe_reserve", "Held in reserve by Stripe"
    # Debited when a payout leaves, credited when it comes back; the bank's own line clears the rest.
    BANK_IN_TRANSIT = "bank_in_transit", "Payouts on their way to the bank"
    # Whatever has no rule or no gift; not zero, it blocks the close of its month.
    SUSPENSE = "suspense", "Suspense"
    # A liability: a refund came back to us, and its payer is still owed the money.
    REFUNDS_PAYABLE = "refunds_payable", "Refunds payable"
    # Income, credited by class and fund.
    CONTRIBUTIONS = "contributions", "Contributions"
    FEE_COVER = "fee_cover", "Contributions towards fees"
    # Contra income, debited by the class and fund of the gift; the part that covered fees has a line of its own.
    REFUNDS = "refunds", "Contributions refunded"
    RETURNED_DEBITS = "returned_debits", "Bank debits returned after they settled"
    DISPUTED_GIFTS = "disputed_gifts", "Contributions taken back by disputes"
    # Comes to zero: debited with a restricted fund whose money was spent on its purpose, and credited without.
    FUNDS_RELEASED = "funds_released", "Funds released"
    # Expenses; the line's detail is Stripe's type of the fee.
    PROCESSING_FEES = "processing_fees", "Processing fees"
    DISPUTE_FEES = "dispute_fees", "Dispute fees"


INCOME = (LedgerAccount.CONTRIBUTIONS, LedgerAccount.FEE_COVER)
CONTRA_INCOME = (
    LedgerAccount.REFUNDS,
    LedgerAccount.RETURNED_DEBITS,
    LedgerAccount.DISPUTED_GIFTS,
)
# What a fund holds is the credits less the debits of its lines in these.
OF_FUNDS = (*INCOME, *CONTRA_INCOME, LedgerAccount.FUNDS_RELEASED)
FEES = (LedgerAccount.PROCESSING_FEES, LedgerAccount.DISPUTE_FEES)

# The detail of the contra line that takes back what a payer had added to cover fees.
FEE_COVER_DETAIL = "fee_cover"
