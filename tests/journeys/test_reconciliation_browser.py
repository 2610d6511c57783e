"""Payouts, the bank and the audit in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from payments.drift.actions import request_audit
from payments.ledger.models import BalanceTransaction
from payments.models import (
    BankLine,
    Campaign,
    DriftFinding,
    DriftKind,
    DriftOutcome,
    DriftProblem,
    PayoutItem,
    ReconciliationState,
)
from tests.payments.gifts import a_gift
from tests.payments.payouts import TODAY, a_bank_account, a_bank_line, a_payout
from tests.staff import make_staff, sign_in_staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STATEMENT = (
    b"Date,Description,Amount\n2026-11-20,STRIPE PAYMENTS UK,1205.45\n2026-11-21,Rent,-900.00\n"
)


@pytest.fixture(autouse=True)
def staff(window: Page, site: str, campaign: Campaign) -> None:
    """The window is of somebody with the role finance."""
    client = Client()
    sign_in_staff(client, make_staff(role="finance"))
    name = settings.SESSION_COOKIE_NAME
    window.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])


def test_a_payout_that_does_not_add_up_is_settled_with_a_note(
    window: Page, campaign: Campaign, look: Callable[[str], None]
) -> None:
    for amount in (1000, 2500, 123_456):
        a_gift(campaign, amount)
    payout = a_payout(
        campaign.entity,
        127_000,
        state=ReconciliationState.EXCEPTION,
        evidence="Its 3 lines sum to £1,268.51, £1.49 less than the payout.",
        reconciled_at=None,
        destination_last4="6789",
    )
    for line in BalanceTransaction.objects.all():
        PayoutItem.objects.create(payout=payout, balance_transaction=line, added_at=timezone.now())
    for number in range(6):
        a_payout(campaign.entity, 90_000 + number * 1234, arrival_on=TODAY - timedelta(number))
    window.goto("/finance/payouts/")
    look("payouts")
    window.get_by_role("link", name=payout.stripe_id).click()
    expect(window.get_by_text("£1.49 less than the payout")).to_be_visible()
    look("payout-exception")
    window.get_by_label("Note").fill("A penny carried over; see Stripe's report of the day.")
    window.get_by_role("button", name="Settle").click()
    expect(window.get_by_text("Saved, with your name and note.")).to_be_visible()
    look("payout-settled")


def test_a_statement_is_read_in_and_a_line_matched_by_hand(
    window: Page, campaign: Campaign, look: Callable[[str], None]
) -> None:
    a_payout(campaign.entity, 120_545)
    twin = a_payout(campaign.entity, 120_545)
    window.goto("/finance/bank/")
    window.get_by_label("Name").fill("Business account")
    window.get_by_label("Currency").fill("GBP")
    look("bank-empty")
    window.get_by_role("button", name="Add").click()
    window.get_by_label("Statement file").set_input_files(
        {"name": "november.csv", "mimeType": "text/csv", "buffer": STATEMENT}
    )
    window.get_by_role("button", name="Look at it").click()
    expect(window.get_by_role("heading", name="The first of 2 lines")).to_be_visible()
    look("bank-preview")
    window.get_by_label("Dates look like").select_option("27/11/2026")
    window.get_by_role("button", name="Look again").click()
    expect(window.get_by_text("Row 2: “2026-11-20” is not a date like 27/11/2026.")).to_be_visible()
    look("bank-preview-wrong")
    window.get_by_label("Dates look like").select_option("2026-11-27")
    window.get_by_role("button", name="Read in").click()
    expect(window.get_by_text("2 lines read: 2 new, 0 known already, 0 matched.")).to_be_visible()
    look("bank-account")
    window.get_by_role("link", name="20 Nov 2026").click()
    look("bank-line")
    window.get_by_text(twin.stripe_id).last.click()
    window.get_by_role("button", name="Match").click()
    expect(window.get_by_text("Chosen by a person.")).to_be_visible()
    look("bank-line-matched")
    assert BankLine.objects.get(payout=twin).amount == 120_545


def test_an_audit_shows_what_it_found_and_did(
    window: Page, campaign: Campaign, look: Callable[[str], None]
) -> None:
    now = timezone.now()
    audit = request_audit(now - timedelta(days=30), now, is_repairing=True, now=now)
    audit.state, audit.compared, audit.finished_at = "done", {"payment": 1204, "refund": 12}, now
    audit.save()
    DriftFinding.objects.create(
        audit=audit,
        kind=DriftKind.PAYMENT,
        problem=DriftProblem.DIFFERENT,
        stripe_id="pi_3Test",
        currency="GBP",
        amount=2500,
        details={"amount": [99999, 2500], "status": ["processing", "succeeded"]},
        outcome=DriftOutcome.REPAIRED,
        note="Recorded from Stripe, as its event would have been.",
        found_at=now,
        repaired_at=now,
    )
    window.goto("/finance/audits/")
    look("audits")
    window.get_by_role("row").nth(1).get_by_role("link").click()
    expect(window.get_by_text("Recorded from Stripe")).to_be_visible()
    look("audit")
    window.goto(f"/finance/bank/lines/{a_bank_line(a_bank_account(campaign.entity)).reference}/")
    look("bank-line-without-payouts")
