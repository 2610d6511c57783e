"""What a newspaper lives through at Stripe, each a short story: renewals, failures, refunds, disputes, payouts."""

from typing import Any

import pytest
from stripe import Subscription

from tests.sandbox.client import SandboxAccount
from tests.sandbox_contract.stories import Story

GOOD, DECLINED = "pm_card_visa", "pm_card_chargeCustomerFail"


@pytest.fixture
def standing(story: Story) -> Subscription:
    """A reader's monthly gift of £5."""
    session = story.paid(story.standing_gift(500))
    return story.client.v1.subscriptions.retrieve(str(session.subscription))


def use(story: Story, subscription: Subscription, token: str) -> None:
    """Let the gift be collected from another card from now on."""
    method = story.client.v1.payment_methods.attach(token, {"customer": str(subscription.customer)})
    story.client.v1.subscriptions.update(subscription.id, {"default_payment_method": method.id})


def status(story: Story, subscription: Subscription) -> str:
    return story.client.v1.subscriptions.retrieve(subscription.id).status


def invoices(story: Story, subscription: Subscription) -> list[Any]:
    """The gift's invoices, oldest first."""
    return story.client.v1.invoices.list({"subscription": subscription.id}).data[::-1]


def charge_of(story: Story, **gift: Any) -> str:
    """The charge of a gift of £15."""
    session = story.paid(story.gift(1500), **gift)
    return str(story.client.v1.payment_intents.retrieve(str(session.payment_intent)).latest_charge)


def net(story: Story) -> int:
    """What came in less what went out, payouts left aside."""
    rows = story.client.v1.balance_transactions.list({"limit": 100}).data
    return sum(row.net for row in rows if row.type != "payout")


def test_a_gift_is_renewed_each_month(story: Story, standing: Subscription) -> None:
    story.account.advance(days=62, hours=2)
    assert [invoice.status for invoice in invoices(story, standing)] == ["paid"] * 3
    assert status(story, standing) == "active"


def test_a_failed_renewal_recovers_with_a_new_card(story: Story, standing: Subscription) -> None:
    use(story, standing, DECLINED)
    story.account.advance(days=32)
    assert status(story, standing) == "past_due"
    use(story, standing, GOOD)
    story.account.advance(days=14)
    assert status(story, standing) == "active"
    assert invoices(story, standing)[1].status == "paid"


def test_a_renewal_that_keeps_failing_ends_the_gift(story: Story, standing: Subscription) -> None:
    use(story, standing, DECLINED)
    story.account.advance(days=60)
    assert status(story, standing) == "canceled"
    assert invoices(story, standing)[1].attempt_count == 7


def test_a_renewal_waits_for_the_bank_to_ask_its_payer(
    story: Story, standing: Subscription
) -> None:
    use(story, standing, "pm_card_authenticationRequired")
    story.account.advance(days=31, hours=2)
    assert "invoice.payment_action_required" in story.types()
    waiting = invoices(story, standing)[1]
    assert (status(story, standing), waiting.status) == ("past_due", "open")
    story.account.authenticate_invoice(waiting.id)
    assert status(story, standing) == "active"


def test_a_sepa_debit_settles_days_later(story: Story) -> None:
    session = story.paid(story.gift(1500, "eur"), method="sepa_debit", iban="AT611904300234573201")
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    story.account.advance(days=10)
    assert "checkout.session.async_payment_succeeded" in story.types()
    assert net(story) > 0


def test_a_sepa_debit_fails_days_later(story: Story) -> None:
    story.paid(story.gift(1500, "eur"), method="sepa_debit", iban="AT861904300235473202")
    story.account.advance(days=10)
    assert "checkout.session.async_payment_failed" in story.types()
    assert net(story) == 0


def test_a_sepa_debit_is_taken_back_after_it_settled(story: Story) -> None:
    session = story.paid(story.gift(1500, "eur"), method="sepa_debit", iban="AT611904300234573201")
    story.account.advance(days=10)
    intent = story.client.v1.payment_intents.retrieve(str(session.payment_intent))
    story.account.fail_debit_late(str(intent.latest_charge))
    charge = story.client.v1.charges.retrieve(str(intent.latest_charge))
    taken = story.client.v1.balance_transactions.retrieve(str(charge.failure_balance_transaction))
    assert (charge.status, taken.type, taken.amount) == ("failed", "payment_failure_refund", -1500)


def test_part_of_a_gift_is_refunded(story: Story) -> None:
    charge = charge_of(story)
    story.client.v1.refunds.create({"charge": charge, "amount": 400})
    assert story.client.v1.charges.retrieve(charge).amount_refunded == 400


def test_a_refund_fails_and_its_money_returns(story: Story) -> None:
    charge = charge_of(story, card="4000000000005126")
    before = net(story)
    refund = story.client.v1.refunds.create({"charge": charge})
    assert net(story) == before - 1500
    story.account.advance(days=30)
    assert story.client.v1.refunds.retrieve(refund.id).status == "failed"
    assert story.client.v1.charges.retrieve(charge).amount_refunded == 0
    rows = story.client.v1.balance_transactions.list({"type": "refund_failure"}).data
    assert [row.amount for row in rows] == [1500]


def dispute_lines(story: Story, charge: str) -> tuple[str, list[int]]:
    """What became of the dispute, and the amounts that it moved, in order."""
    (dispute,) = story.client.v1.disputes.list({"charge": charge}).data
    return dispute.status, [line.amount for line in dispute.balance_transactions]


def test_a_dispute_is_won(story: Story) -> None:
    charge = charge_of(story, card="4000000000000259")
    (dispute,) = story.client.v1.disputes.list({"charge": charge}).data
    evidence = {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True}
    story.client.v1.disputes.update(dispute.id, evidence)  # type: ignore[arg-type]
    story.account.advance(days=90)
    assert dispute_lines(story, charge) == ("won", [-1500, 1500])


def test_a_dispute_is_lost(story: Story) -> None:
    charge = charge_of(story, card="4000000000000259")
    (dispute,) = story.client.v1.disputes.list({"charge": charge}).data
    story.client.v1.disputes.close(dispute.id)
    assert dispute_lines(story, charge) == ("lost", [-1500])


def test_a_dispute_is_lost_for_less_than_the_gift(story: Story) -> None:
    charge = charge_of(story)
    story.account.dispute(charge, lost_for=500)
    status_, amounts = dispute_lines(story, charge)
    assert (status_, sum(amounts)) == ("lost", -500)


def test_an_inquiry_moves_no_money(story: Story) -> None:
    charge = charge_of(story, card="4000000000001976")
    assert dispute_lines(story, charge) == ("warning_needs_response", [])


def test_a_payout_fails_and_is_made_again(story: Story) -> None:
    charge_of(story)
    story.account.configure(payout_interval="manual")
    story.account.advance(days=4)
    (failed,) = story.account.pay_out(fail=True)
    (retried,) = story.account.pay_out()
    assert story.client.v1.payouts.retrieve(failed["id"]).status == "failed"
    assert story.client.v1.payouts.retrieve(retried["id"]).status == "paid"
    lines = story.client.v1.balance_transactions.list({"payout": retried["id"]}).data
    assert sum(line.net for line in lines if line.type != "payout") == retried["amount"]


def test_lost_webhooks_can_be_fetched_later(story: Story) -> None:
    account: SandboxAccount = story.account
    account.webhooks.drop(100)
    charge_of(story)
    account.webhooks.clear()
    assert account.take_deliveries() == []
    missed = story.client.v1.events.list({"delivery_success": False, "limit": 100}).data
    assert "payment_intent.succeeded" in {event.type for event in missed}
