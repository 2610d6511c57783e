"""Rules that Stripe states only in prose, one file a noun. The sentences are the sandbox's own."""

from tests.sandbox.contract.rules import billing, checkout, money, payments, portal
from tests.sandbox.contract.rules.rule import Rule

RULES: dict[str, tuple[Rule, ...]] = {
    **billing.RULES,
    **checkout.RULES,
    **money.RULES,
    **payments.RULES,
    **portal.RULES,
}
"""By the parameters type of the operation that they judge."""
