"""October of a newspaper's books, ready to be closed, for tests of months."""

from datetime import UTC, datetime

from django.db.models import Sum

from payments.finance.months.actions import close_month, lock_month
from payments.finance.months.calendar import Month
from payments.ledger.period_models import AccountingPeriod
from payments.models import BalanceTransaction, Campaign, LegalEntity, Payment, StripeBalance
from tests.factories import UserFactory
from tests.payments.gifts import a_gift, a_refund

OCTOBER = Month.parse("2026-10")
NOVEMBER = Month.parse("2026-11")
# A gift of October, and the moment at which October is closed.
THEN = datetime(2026, 10, 15, 12, tzinfo=UTC)
CLOSING = datetime(2026, 11, 5, 9, tzinfo=UTC)


def october(campaign: Campaign) -> Payment:
    """Two gifts, one refunded in part, and Stripe's balance of the night after the month."""
    gift = a_gift(campaign, 2500, at=THEN)
    a_gift(campaign, 1000, at=THEN, frequency="monthly")
    a_refund(gift, 700, at=THEN)
    stripe_holds(campaign.entity)
    return gift


def stripe_holds(entity: LegalEntity, currency: str = "GBP", *, more: int = 0) -> None:
    """Let Stripe say that its balance is what the books say, and `more`."""
    net = BalanceTransaction.objects.filter(currency=currency).aggregate(net=Sum("net"))["net"]
    StripeBalance.objects.create(
        entity=entity,
        currency=currency,
        taken_on=NOVEMBER.first_on,
        taken_at=datetime(2026, 11, 1, 0, 15, tzinfo=UTC),
        available=net + more,
        pending=0,
    )


def close(entity: LegalEntity) -> AccountingPeriod:
    return close_month(entity, OCTOBER, actor=UserFactory.create(), now=CLOSING)


def lock(entity: LegalEntity) -> AccountingPeriod:
    return lock_month(entity, OCTOBER, actor=UserFactory.create(), now=CLOSING)
