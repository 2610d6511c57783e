"""Play the year: time jumps from stop to stop; after each jump everything that came due is worked on at once."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.test import Client
from django.utils import timezone

from membership.supporters.tasks import derive_due_statuses
from payments.donations.giving.tasks import sum_changed_givers
from payments.finance.recurring_days.tasks import keep_past_days
from payments.ledger.sums.tasks import sum_past_days
from payments.ledger.tasks import book_missing_balance_transactions, record_reporting_amounts
from payments.models import Campaign
from payments.plans.tasks import finish_plan_commands
from payments.receipts.tasks import issue_missing_receipts
from payments.reconciliation.tasks import list_payouts, read_payouts, take_stripe_balance
from payments.webhooks.tasks import drain_webhook_events
from tests.life import LifeClock
from tests.payments.stories import open_page
from tests.sandbox.client import SandboxAccount
from tests.year.bank import Bank
from tests.year.happenings import BEGIN, END, HAPPENINGS, STOPS
from tests.year.incidents import Incidents
from tests.year.rates import publish_rates
from tests.year.readers import READERS, Reader

# Yen are converted; the others have bank accounts of their own.
SETTLES = ("gbp", "usd", "eur")


@dataclass(frozen=True, slots=True)
class Played:
    """A year that was played: which one it was, and where its Stripe account is."""

    year: int
    campaign: Campaign
    incidents: Incidents
    bank: Bank


def play(campaign: Campaign, sandbox: SandboxAccount, clock: LifeClock) -> Played:
    """Live through the coming calendar year and the twelve days after it, in which its last payouts arrive."""
    incidents, bank = Incidents(sandbox), Bank(campaign.entity)
    sandbox.configure(
        settlement_currencies=list(SETTLES), payout_interval="monthly", payout_monthday=5
    )
    year = datetime.now(UTC).year + 1
    clock.advance_to(datetime(year, 1, 1, 9, tzinfo=UTC))
    work(sandbox)
    for month, day in _stops():
        publish_rates(since=timezone.now().date(), until=(stop := _stop(year, month, day)).date())
        clock.advance_to(stop)
        work(sandbox)
        if day == BEGIN:
            # Each month at another minute: what renewed while time stands still would be told with an old signature.
            clock.advance(minutes=13 * month)
            _begin_gifts(campaign, sandbox, month)
        for each in HAPPENINGS:
            if (each.month, each.day) == (month, day):
                subject = {"reader": each.reader} if each.reader else {}
                getattr(incidents, each.what)(**subject, **each.details)
                work(sandbox)
        if day == END:
            bank.send_statements(incidents.stripe, until=stop.date())
    publish_rates(since=timezone.now().date(), until=datetime(year + 1, 1, 12, tzinfo=UTC).date())
    clock.advance_to(datetime(year + 1, 1, 12, 12, tzinfo=UTC))
    work(sandbox)
    bank.send_statements(incidents.stripe, until=timezone.now().date())
    read_payouts()
    return Played(year, campaign, incidents, bank)


def work(sandbox: SandboxAccount) -> None:
    """Have the events come, then run the sweeps that keep the books."""
    browser = Client()
    for delivery in sandbox.take_deliveries():
        answer = browser.post(
            "/webhooks/stripe/",
            data=delivery.body,
            content_type="application/json",
            headers={"Stripe-Signature": delivery.headers["Stripe-Signature"]},
        )
        if answer.status_code != 200:
            raise RuntimeError(f"{delivery.type} was answered with {answer.status_code}.")
    drain_webhook_events()
    finish_plan_commands()
    book_missing_balance_transactions()
    record_reporting_amounts()
    issue_missing_receipts()
    list_payouts()
    read_payouts()
    take_stripe_balance()
    sum_past_days()
    sum_changed_givers()
    keep_past_days()
    derive_due_statuses()


def _stops() -> Iterator[tuple[int, int]]:
    return ((month, day) for month in range(1, 13) for day in STOPS)


def _stop(year: int, month: int, day: int) -> datetime:
    """Late in the evening, so that a month's last stop belongs to it in London too."""
    return datetime(year, month, day or monthrange(year, month)[1], 21, tzinfo=UTC)


def _begin_gifts(campaign: Campaign, sandbox: SandboxAccount, month: int) -> None:
    for reader in READERS:
        if reader.begins == month:
            _give(campaign, sandbox, reader)
    work(sandbox)


def _give(campaign: Campaign, sandbox: SandboxAccount, reader: Reader) -> None:
    page = open_page(
        campaign,
        browser_session=f"browser-{reader.number}",
        email=reader.email,
        country=reader.country,
        frequency=reader.frequency,
        currency=reader.currency,
        amount=reader.amount,
        fee_cover=reader.fee_cover,
        attribution={"prompt": reader.prompt} if reader.prompt else {},
    )
    sandbox.pay(
        page.url,
        reader.card,
        method=reader.method,
        email=reader.email,
        country=reader.country,
    )
