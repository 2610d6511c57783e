"""What must be true of the year's books, each a sentence."""

from collections.abc import Callable

from tests.year import books, files, reconciled, tied
from tests.year.player import Played

Check = Callable[[Played], None]

CHECKS: dict[str, Check] = {
    "the year had everything in it": books.had_everything,
    "the books agree with Stripe's own ledger line by line": books.agree_with_stripe,
    "every payout reconciles with no difference": reconciled.every_payout,
    "every bank line is a payout and every payout is at the bank": reconciled.every_bank_line,
    "clearing rolls forward month by month to what Stripe says": reconciled.clearing_rolls_forward,
    "nothing waits for a person": reconciled.nothing_waits,
    "the gift register ties to the payouts": tied.register_to_payouts,
    "attribution ties to the gift register": tied.attribution_to_register,
    "every file of every report opens with its control totals": files.every_file,
}
