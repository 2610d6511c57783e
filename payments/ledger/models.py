import uuid

from django.db import models

from payments.campaigns.models import Fund
from payments.constraints import one_of
from payments.donations.models import Payment, Refund
from payments.entities.models import LegalEntity


class BalanceTransaction(models.Model):
    """One line of Stripe's own ledger: the atom of the books. Signed minor units of the settlement `currency`."""

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

    def __str__(self) -> str:
        return self.stripe_id


class LedgerPosting(models.Model):
    """One balanced set of ledger lines; append-only, enforced by the database on both engines.

    The identifier is chosen in code because the lines are inserted first; the trigger on this table then refuses a
    posting whose lines do not sum to zero per currency.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="postings")
    balance_transaction = models.OneToOneField(
        BalanceTransaction, on_delete=models.PROTECT, related_name="posting"
    )
    description = models.CharField(max_length=200)
    accounting_on = models.DateField(
        help_text="In the entity's time zone; derived once and frozen."
    )
    posted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["accounting_on", "id"], name="ledgerposting_by_date")]

    def __str__(self) -> str:
        return f"{self.accounting_on} {self.description}"


class LedgerAccount(models.TextChoices):
    STRIPE_CLEARING = "stripe_clearing", "Stripe clearing"
    CONTRIBUTIONS = "contributions", "Contributions"
    FEE_COVER = "fee_cover", "Contributions towards fees"
    PROCESSING_FEES = "processing_fees", "Processing fees"
    REFUNDS = "refunds", "Contributions refunded"
    REFUNDS_PAYABLE = "refunds_payable", "Refunds payable"
    SUSPENSE = "suspense", "Suspense"


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

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.currency}"
