"""The newspaper's bank: one account a currency, and the statement files that finance reads in each month."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import stripe
from django.utils import timezone

from membership.models import User
from payments.models import BankAccount, BankLine, BankMatch, LegalEntity
from payments.money import exponent
from payments.reconciliation.bank_actions import import_upload, keep_upload
from payments.reconciliation.statement_layout import guess_layout

STRANGE_DAY = 30
"""The day of December on which a line names Stripe and is no payout, so that a person has to look."""

_HEADING = "Date,Amount,Description,Reference"
# A bank that names no trace id: its lines are found by amount and day.
_TERSE = "EUR"


class Bank:
    """Writes what the bank would have written, by what Stripe says that it paid out, and has it read in."""

    def __init__(self, entity: LegalEntity) -> None:
        self.clerk = User.objects.create(email="clerk@courier.example")
        self._accounts = {
            currency: BankAccount.objects.create(
                entity=entity,
                name=f"Current account {currency}",
                currency=currency,
                created_at=timezone.now(),
            )
            for currency in ("GBP", "USD", "EUR")
        }
        self._told_until = date.min

    def send_statements(self, client: stripe.StripeClient, *, until: date) -> None:
        """Read in one file an account, with everything from the last statement's end to `until`."""
        payouts = list(client.v1.payouts.list({"limit": 100}).auto_paging_iter())
        returned = {
            line.source: datetime.fromtimestamp(line.created, UTC).date()
            for line in client.v1.balance_transactions.list(
                {"limit": 100, "type": "payout_failure"}
            ).auto_paging_iter()
        }
        for currency, account in self._accounts.items():
            own = [each for each in payouts if each.currency == currency.lower()]
            rows = [row for each in own for row in _rows(each, returned.get(each.id))]
            # Each month has something that is not Stripe's, so that a quiet month's file is none the less one.
            rows.append((until, -5000, "RENT OF THE NEWSROOM", ""))
            if currency == "GBP":
                rows.append((date(until.year, 12, STRANGE_DAY), 1200, "STRIPE GIFT VOUCHER", ""))
            new = [row for row in sorted(rows) if self._told_until < row[0] <= until]
            lines = [
                f"{day},{Decimal(minor).scaleb(-exponent(currency))},{text},{reference}"
                for day, minor, text, reference in new
            ]
            content = "\n".join([_HEADING, *lines, ""]).encode()
            now = timezone.now()
            upload = keep_upload(
                account, filename=f"{until:%Y-%m}.csv", content=content, actor=self.clerk, now=now
            )
            import_upload(upload, guess_layout(content), actor=self.clerk, now=now)
        self._told_until = until

    def unmatched(self) -> list[BankLine]:
        """What the statements say of Stripe and nobody knows."""
        lines = BankLine.objects.filter(match=BankMatch.UNMATCHED)
        return list(lines.order_by("booked_on", "id"))


def _rows(payout: stripe.Payout, returned_on: date | None) -> Iterator[tuple[date, int, str, str]]:
    """When it came in, and when it went out again."""
    arrived_on = datetime.fromtimestamp(payout.arrival_date, UTC).date()
    currency = payout.currency.upper()
    trace = (payout.trace_id.value if payout.trace_id else None) or ""
    reference = "" if currency == _TERSE else trace
    if payout.status in ("paid", "failed"):
        yield arrived_on + timedelta(days=1), payout.amount, "STRIPE PAYMENTS UK", reference
    if returned_on:
        yield returned_on, -payout.amount, "STRIPE PAYMENTS UK RETURNED", reference
