from django.conf import settings
from django.db import models

from payments.campaigns.models import Fund
from payments.constraints import one_of
from payments.donations.models import Dispute, Payment, Refund
from payments.entities.models import LegalEntity
from payments.identifiers import time_ordered_uuid
from payments.ledger.accounts import LedgerAccount
from payments.ledger.release_models import FundRelease

__all__ = [
    "BalanceListing",
    "BalanceTransaction",
    "DailyRate",
    "FundRelease",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerPosting",
    "ReportingAmount",
    "WaitingAmount",
]


class BalanceTransaction(models.Model):
    """One line of Stripe's own ledger: the atom of the books. Signed minor units of the settlement `currency`.

    `payment`, `refund` and `dispute` say whose money moved. One that was not known when the line was booked is filled
    in once, with the posting that takes the line out of suspense.
    """

    entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="balance_transactions"
    )
    stripe_id = models.CharField(max_length=255, unique=True)
    type = models.CharField(max_length=60)
    reporting_category = models.CharField(max_length=60)
    source_id = models.CharField(max_length=255, blank=True, db_index=True)
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="balance_transactions",
    )
    refund = models.ForeignKey(
        Refund,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="balance_transactions",
    )
    dispute = models.ForeignKey(
        Dispute,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="balance_transactions",
    )
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(help_text="Gross, signed.")
    fee = models.BigIntegerField()
    net = models.BigIntegerField()
    fee_details = models.JSONField(
        default=list, help_text="Stripe's fee lines: type, amount, currency."
    )
    exchange_rate = models.DecimalField(max_digits=20, decimal_places=10, null=True, default=None)
    created_at = models.DateTimeField(help_text="Stripe's time.")
    available_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(net=models.F("amount") - models.F("fee")),
                name="balancetransaction_net_is_amount_less_fee",
            )
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="balancetransaction_by_creation"),
            # What moved gifts besides the charges, which are nearly all lines.
            models.Index(
                fields=["created_at"],
                condition=models.Q(payment__isnull=False) & ~models.Q(reporting_category="charge"),
                name="balancetransaction_no_charge",
            ),
        ]

    def __str__(self) -> str:
        return self.stripe_id


class LedgerPosting(models.Model):
    """One balanced set of ledger lines; append-only, enforced by the database on both engines.

    It books one balance transaction or releases money of a restricted fund, or corrects an earlier posting for a
    reason; a release is taken back by a posting that names both. The identifier is chosen in code
    because the lines are inserted first; the trigger on this table then refuses a posting whose lines do not sum to
    zero per currency.
    """

    id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="postings")
    balance_transaction = models.OneToOneField(
        BalanceTransaction,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="posting",
        help_text="What it books; empty for a correction or a release.",
    )
    release = models.ForeignKey(
        FundRelease,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="postings",
        db_index=False,
        help_text="The release that it books or takes back.",
    )
    corrects = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="corrections",
        help_text="The posting that this one adds to, or takes back.",
    )
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was corrected.")
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        default=None,
        related_name="+",
        help_text="Who corrected or released; empty for what the system books by itself.",
    )
    description = models.CharField(max_length=200)
    accounting_on = models.DateField(
        help_text="The day in whose month it counts; derived once and frozen."
    )
    original_on = models.DateField(help_text="Its own day in the entity's time zone.")
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    balance_transaction__isnull=False, corrects__isnull=True, release__isnull=True
                )
                | models.Q(
                    balance_transaction__isnull=True, corrects__isnull=True, release__isnull=False
                )
                | (
                    models.Q(balance_transaction__isnull=True, corrects__isnull=False)
                    & ~models.Q(reason="")
                ),
                name="ledgerposting_books_or_corrects",
            ),
            models.UniqueConstraint(
                fields=["release"],
                condition=models.Q(release__isnull=False, corrects__isnull=True),
                name="ledgerposting_releases_once",
            ),
            models.UniqueConstraint(
                fields=["release"],
                condition=models.Q(release__isnull=False, corrects__isnull=False),
                name="ledgerposting_takes_back_once",
            ),
        ]
        indexes = [models.Index(fields=["accounting_on", "id"], name="ledgerposting_by_date")]

    def __str__(self) -> str:
        return f"{self.accounting_on} {self.description}"


class LedgerEntry(models.Model):
    """One line of a posting: a debit is positive, a credit negative; minor units of `currency`."""

    posting = models.ForeignKey(
        LedgerPosting, on_delete=models.PROTECT, related_name="entries", db_constraint=True
    )
    account = models.CharField(max_length=40, choices=LedgerAccount)
    gift_class = models.CharField(max_length=10, blank=True, help_text="once, monthly or yearly.")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, null=True, default=None)
    detail = models.CharField(
        max_length=60, blank=True, help_text="The fee's type, where the line is a fee."
    )
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "ledger entries"
        ordering = ["id"]
        constraints = [
            one_of("account", LedgerAccount, "ledgerentry_account_known"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="ledgerentry_not_zero"),
        ]
        indexes = [
            models.Index(
                fields=["posting"],
                condition=models.Q(account=LedgerAccount.SUSPENSE),
                name="ledgerentry_in_suspense",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.currency}"


class DailyRate(models.Model):
    """What one unit of `base` bought of `currency` on a day, as `source` published it. Insert only."""

    base = models.CharField(max_length=3)
    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    source = models.CharField(max_length=60, help_text="Who published it, for instance ECB.")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["-day", "base", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["base", "currency", "day"], name="dailyrate_once"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="dailyrate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.currency} {self.day} {self.rate.normalize():f}"


class ReportingAmount(models.Model):
    """A balance transaction in the entity's own currency, at the rate of its day. Insert only.

    Signed minor units of `currency`: `amount` and `fee` are the settlement's times `rate`, halves to even, and `net`
    is the one less the other. Absent until the rates of its day are known.
    """

    balance_transaction = models.OneToOneField(
        BalanceTransaction, on_delete=models.PROTECT, related_name="reporting"
    )
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(help_text="Gross, signed.")
    fee = models.BigIntegerField()
    net = models.BigIntegerField()
    rate = models.DecimalField(
        max_digits=30,
        decimal_places=15,
        help_text="Units of this currency for one of the settlement's.",
    )
    rate_on = models.DateField(help_text="The day of the rate; before the gift's on a weekend.")
    source = models.CharField(max_length=60, help_text="Who published the rate.")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(net=models.F("amount") - models.F("fee")),
                name="reportingamount_net_is_amount_less_fee",
            )
        ]

    def __str__(self) -> str:
        return f"{self.balance_transaction_id} {self.net} {self.currency}"


class BalanceListing(models.Model):
    """How far Stripe's own list of balance transactions was booked: one row."""

    ONLY = 1

    booked_until = models.DateTimeField(help_text="Stripe's time; everything before is booked.")

    def __str__(self) -> str:
        return f"until {self.booked_until}"


class WaitingAmount(models.Model):
    """Says that a posting's amount in its entity's own currency waits for the rates of its day; gone once it is there.

    A table of its own, so that what waits is found without looking at all that does not.
    """

    posting = models.OneToOneField(
        LedgerPosting, on_delete=models.PROTECT, primary_key=True, related_name="waiting_amount"
    )

    def __str__(self) -> str:
        return str(self.posting_id)
