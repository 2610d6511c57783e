"""What must be true of the year's books, each a sentence; those about months close and lock them on the way."""

from collections.abc import Callable

from tests.year import books, files, journals, months, reconciled, tied
from tests.year.player import Played

Check = Callable[[Played], None]

CHECKS: dict[str, Check] = {
    "the year had everything in it": books.had_everything,
    "the books agree with Stripe's own ledger line by line": books.agree_with_stripe,
    "every payout reconciles with no difference": reconciled.every_payout,
    "every bank line is a payout and every payout is at the bank": reconciled.every_bank_line,
    "clearing rolls forward month by month to what Stripe says": reconciled.clearing_rolls_forward,
    "months are closed in turn by two people, and not while anything is unexplained": months.closed_by_two,
    "nothing waits for a person": reconciled.nothing_waits,
    "the gift register ties to the payouts": tied.register_to_payouts,
    "the gift register ties to the ledger": tied.register_to_ledger,
    "recurring revenue rolls forward to the plans that run": tied.recurring_revenue_rolls_forward,
    "failed payments are recovered or lost": tied.failures_add_up,
    "donors of the year tie to the gift register": tied.donor_years_to_register,
    "funds tie to the gift register": tied.funds_to_register,
    "attribution ties to the gift register": tied.attribution_to_register,
    "disputes and refunds tie to the gift register": tied.disputes_and_refunds_to_register,
    "receipts have no gap and are those of the register's gifts": tied.receipts_to_register,
    "each payout has a journal of its own, once everything is mapped": journals.of_each_payout,
    "every journal balances as other programs read it": journals.balanced_as_read_back,
    "every file of every report opens with its control totals": files.every_file,
    "a locked month exports the same bytes whatever comes late": months.locked_for_good,
}
