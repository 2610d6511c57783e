from django.core.validators import RegexValidator
from django.db import models

from payments.campaigns.models import Frequency, Fund
from payments.constraints import one_of
from payments.entities.models import LegalEntity
from payments.ledger.models import LedgerAccount

# What stands in a cell of its own must not be taken for a formula, and is not changed for that.
_PLAIN = RegexValidator(r"^[^-=+@|%\s\t].*$", "Begin with a letter or a digit.")


class AccountMapping(models.Model):
    """Which account of the newspaper's own chart takes the lines of one account of ours.

    An empty class, fund or currency stands for any. Of several rows that fit a line the most particular one counts:
    one that names the fund before one that names the class, and that before one that names the currency. Only for
    released funds an empty fund stands for none: what leaves a fund is mapped by that fund, what becomes free without.
    """

    entity = models.ForeignKey(
        LegalEntity, on_delete=models.PROTECT, related_name="account_mappings"
    )
    account = models.CharField(max_length=40, choices=LedgerAccount)
    gift_class = models.CharField("class", max_length=10, choices=Frequency, blank=True)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, null=True, blank=True, default=None)
    currency = models.CharField(
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{3}$", "Three capital letters, for instance GBP.")],
    )
    code = models.CharField(
        "account in your package",
        max_length=100,
        validators=[_PLAIN],
        help_text="Its code in Xero and Sage, its name in QuickBooks.",
    )
    tax_rate = models.CharField(
        max_length=60,
        blank=True,
        validators=[_PLAIN],
        help_text="As the package calls it, for instance Tax Exempt or T9.",
    )
    tracking_name = models.CharField(
        max_length=60,
        blank=True,
        validators=[_PLAIN],
        help_text="Xero's tracking category; empty for none.",
    )
    tracking_option = models.CharField(
        max_length=60,
        blank=True,
        validators=[_PLAIN],
        help_text="Its option; QuickBooks' class; Sage's department.",
    )

    class Meta:
        ordering = ["entity", "account", "gift_class", "fund", "currency"]
        constraints = [
            one_of("account", LedgerAccount, "accountmapping_account_known"),
            models.CheckConstraint(condition=~models.Q(code=""), name="accountmapping_has_code"),
            models.UniqueConstraint(
                fields=["entity", "account", "gift_class", "fund", "currency"],
                name="accountmapping_once",
                violation_error_message="These lines have an account already: change that one.",
            ),
            # A unique key takes nulls as different.
            models.UniqueConstraint(
                fields=["entity", "account", "gift_class", "currency"],
                condition=models.Q(fund__isnull=True),
                name="accountmapping_once_for_any_fund",
                violation_error_message="These lines have an account already: change that one.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.code}"
