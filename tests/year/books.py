"""The ledger and Stripe, and whether the year was as eventful as it was meant to be."""

from django.utils import timezone

from payments.donations.giving.checking import check_giving_sums
from payments.finance.recurring_days.checking import check_kept_days
from payments.ledger.sums.checking import check_day_sums
from payments.models import (
    BalanceTransaction,
    Dispute,
    GivingYear,
    LineDay,
    Payment,
    PlanChange,
    PlanStatus,
    RecurringDay,
    RecurringPlan,
    Refund,
    WebhookEvent,
)
from payments.webhooks.models import EventState
from tests.payments.ledger_identities import assert_all_identities
from tests.year.player import Played
from tests.year.readers import READERS


def had_everything(played: Played) -> None:
    """A year in which something did not happen would prove nothing of it."""
    assert len(READERS) == 40
    emails = Payment.objects.filter(status__in=Payment.SETTLED).values("donation__customer__email")
    assert emails.distinct().count() == 40
    currencies = Payment.objects.order_by().values_list("currency", flat=True).distinct()
    assert set(currencies) == {"GBP", "USD", "EUR", "JPY"}
    categories = set(
        BalanceTransaction.objects.order_by()
        .values_list("reporting_category", flat=True)
        .distinct()
    )
    assert categories >= {
        "charge",
        "refund",
        "refund_failure",
        "dispute",
        "dispute_reversal",
        "fee",
        "network_cost",
        "payout",
        "payout_reversal",
    }
    assert set(Refund.objects.values_list("status", flat=True)) >= {"succeeded", "failed"}
    assert set(Dispute.objects.values_list("state", flat=True)) >= {"won", "lost"}
    kinds = set(PlanChange.objects.order_by().values_list("kind", flat=True).distinct())
    assert kinds >= {"started", "renewed", "amount", "paused", "resumed"}, kinds
    ended = RecurringPlan.objects.filter(status=PlanStatus.ENDED)
    assert ended.count() == 3


def agree_with_stripe(played: Played) -> None:
    """Every event was worked on, and all identities between the ledger and Stripe hold."""
    unhappy = WebhookEvent.objects.exclude(state__in=[EventState.PROCESSED, EventState.IGNORED])
    assert list(unhappy.values_list("type", "note")) == []
    assert_all_identities(played.incidents.stripe, played.campaign.entity)
    assert LineDay.objects.count() > 300
    assert check_day_sums(now=timezone.now()) == 0
    assert GivingYear.objects.count() > 40
    assert check_giving_sums() == 0
    assert RecurringDay.objects.count() > 300
    assert check_kept_days(now=timezone.now()) == 0
