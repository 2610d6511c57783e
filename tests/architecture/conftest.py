"""One object behind every address that names one, and a browser for every kind of visitor."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from membership.models import PromptCampaign, PromptRevision, Supporter
from membership.reminders.actions import ask_for_reminder
from membership.reminders.months import months_ahead
from membership.supporters.attaching import attach_payment
from membership.supporters.links import LinkPurpose, make_token
from payments.drift.actions import request_audit
from payments.finance.actions import ExportOrder, request_export
from payments.finance.tasks import write_exports
from payments.models import (
    Campaign,
    CardSession,
    Dispute,
    DisputeState,
    DriftAudit,
    Export,
    ExportState,
    Frequency,
    FundRelease,
    Payment,
    PlanStatus,
    RecurringPlan,
    RefundReason,
    RefundRequest,
    RefundRequestState,
    Statement,
)
from payments.receipts.actions import issue_receipt, render_receipt
from payments.receipts.statements import issue_statements, render_statement
from tests.factories import (
    NOON,
    CheckoutFactory,
    CustomerFactory,
    DonationFactory,
    PaymentFactory,
    UserFactory,
)
from tests.membership.prompt_definitions import definition
from tests.payments.gifts import a_gift
from tests.payments.payouts import a_bank_account, a_bank_line, a_bank_upload, a_payout
from tests.payments.releases import a_release, restrict
from tests.payments.suspense import a_line_in_suspense
from tests.sandbox.client import SandboxAccount

PathOf = Callable[[str], str]

_NOBODYS = "987654321"
_OF_A_MONTH = ("close", "lock", "reopen", "waive", "files")
_OF_A_PROMPT = ("campaign", "edit", "changes", "preview", "move", "take_off", "archive", "restore")


@pytest.fixture
def path_of(campaign: Campaign, sandbox: SandboxAccount) -> PathOf:
    """Return the path of a named address: receipt and plan are the reader's, the export finance's."""
    payment = _gift_of("reader@example.org", campaign)
    checkout = payment.donation.checkout
    assert checkout is not None
    receipt = issue_receipt(payment.pk, now=NOON)
    render_receipt(receipt.pk, now=NOON)
    export = {"reference": _written_export().reference}
    passkey = Authenticator.objects.create(
        user=UserFactory.create(), type=Authenticator.Type.WEBAUTHN, data={"name": "Laptop"}
    )
    dispute = {"reference": _dispute_of(payment).reference}
    refund = {"reference": _refund_that_waits(payment).reference}
    release = {"reference": _release_that_waits(campaign).reference}
    plan = {"reference": _plan_of(payment).reference}
    payout, account = a_payout(campaign.entity), a_bank_account(campaign.entity)
    of_payout, of_account = {"reference": payout.reference}, {"reference": account.reference}
    of_line = {"reference": a_bank_line(account).reference}
    of_file = {"reference": a_bank_upload(account).reference}
    back = {"slug": campaign.slug, "reference": checkout.reference}
    month: dict[str, object] = {"entity": campaign.entity.slug, "key": "2026-11"}
    arguments: dict[str, dict[str, object]] = {
        "membership:campaign_results": {"campaign": "appeal"},
        "membership:propose_weights": {"campaign": "appeal"},
        "membership:donate": {"slug": campaign.slug},
        "membership:thank_you": back,
        "membership:payment_state": back,
        "membership:cancelled": back,
        "membership:link": _stop_link(plan["reference"]),
        "membership:statement_download": {"reference": _statement_of(payment).reference},
        **{f"membership:plan_{name}": plan for name in ("stop", "card", "keep")},
        "membership:plan_change": {**plan, "change": "amount"},
        "membership:card_done": {"reference": _card_session_of(plan["reference"]).reference},
        "membership:receipt_download": {"reference": receipt.reference},
        "membership:unsubscribe": {"token": _unsubscribe_token()},
        **{f"membership:prompt_{name}": {"key": _prompt()} for name in _OF_A_PROMPT},
        "membership:prompt_review": {"key": "spring-appeal", "number": 1},
        "membership:prompt_rules_review": {"number": _NOBODYS},
        "membership:prompt_simulation": {"reference": UUID(int=0)},
        "membership:prompt_withdraw": {"number": _NOBODYS},
        "membership:prompt_roll_back": {"sha256": "0" * 64},
        "membership:prompt_bundle": {"sha256": "0" * 64},
        "membership:prompt_fragment": {
            "slot": "in-article",
            "edition": "uk",
            "country": "other",
            "state": "anonymous",
        },
        "membership:reminder": {"slug": campaign.slug},
        "membership:reminder_asked": {"slug": campaign.slug},
        "membership:reminder_confirm": {
            "token": _reminder_token(campaign, LinkPurpose.CONFIRM_REMINDER)
        },
        "membership:reminder_stop": {"token": _reminder_token(campaign, LinkPurpose.STOP_REMINDER)},
        "membership:letter_preview": {"kind": "receipt", "edition": "uk"},
        "membership:letter_html": {"kind": "receipt", "edition": "uk"},
        "payments:dispute": dispute,
        "payments:dispute_evidence": dispute,
        "payments:dispute_accept": dispute,
        "payments:dispute_file": {**dispute, "file": UUID(int=0)},
        "payments:refund": refund,
        "payments:refund_decide": refund,
        "payments:fund_release": release,
        "payments:release_decide": release,
        "payments:release_take_back": release,
        "payments:new_release": {
            "entity": campaign.entity.slug,
            "fund": campaign.fund.code,
            "currency": "GBP",
        },
        "payments:payment": {"reference": payment.reference},
        "payments:payment_refund": {"reference": payment.reference},
        "payments:suspense": {"stripe_id": a_line_in_suspense()},
        "payments:report": {"name": "gift_register"},
        "payments:new_export": {"report": "gift_register"},
        "payments:save_view": {"report": "gift_register"},
        "payments:open_view": {"reference": UUID(int=0)},
        "payments:rename_view": {"reference": UUID(int=0)},
        "payments:delete_view": {"reference": UUID(int=0)},
        "payments:accounts": {"entity": campaign.entity.slug},
        "payments:new_mapping": {"entity": campaign.entity.slug},
        "payments:mapping": {"entity": campaign.entity.slug, "pk": _NOBODYS},
        "payments:remove_mapping": {"entity": campaign.entity.slug, "pk": _NOBODYS},
        "payments:month": month,
        **{f"payments:month_{step}": month for step in _OF_A_MONTH},
        "payments:kept_download": {"reference": UUID(int=0)},
        "payments:kept_figures": {"reference": UUID(int=0)},
        "payments:export": export,
        "payments:export_cancel": export,
        "payments:export_download": export,
        "payments:export_manifest": export,
        "payments:payout": of_payout,
        "payments:settle_payout": of_payout,
        "payments:bank_account": of_account,
        "payments:upload_statement": of_account,
        "payments:statement": of_file,
        "payments:import_statement": of_file,
        "payments:bank_line": of_line,
        "payments:decide_bank_line": of_line,
        "payments:drift_audit": {"reference": _audit().reference},
        "mfa_remove_webauthn": {"pk": passkey.pk},
        "admin:view_on_site": {"content_type_id": _NOBODYS, "object_id": _NOBODYS},
        "admin:app_list": {"app_label": "payments"},
        "admin:payments_webhookevent_replay": {"object_id": _NOBODYS},
    }

    def path(name: str) -> str:
        if name == "admin:":
            return "/admin/no/such/page/"
        address = reverse(name, kwargs=arguments.get(name))
        if name == "admin:autocomplete":
            return f"{address}?app_label=payments&model_name=fund&field_name=entity"
        return address

    return path


def _audit() -> DriftAudit:
    return request_audit(NOON - timedelta(days=30), NOON, is_repairing=False, now=NOON)


def _prompt() -> str:
    """A prompt that nobody approved or published."""
    campaign, is_new = PromptCampaign.objects.get_or_create(
        key="spring-appeal", defaults={"created_at": NOON}
    )
    if is_new:
        PromptRevision.objects.create(
            campaign=campaign, number=1, definition=definition(), saved_at=NOON
        )
    return campaign.key


def _unsubscribe_token() -> str:
    reader = Supporter.objects.get(email="reader@example.org")
    expires_at = timezone.now() + timedelta(days=1)
    return make_token(LinkPurpose.UNSUBSCRIBE, reader.reference, expires_at=expires_at)


def _reminder_token(campaign: Campaign, purpose: LinkPurpose) -> str:
    now = timezone.now()
    month = months_ahead(now.date())[3]
    reminder = ask_for_reminder(
        campaign, email="reader@example.org", month=month, locale="en-GB", now=now
    )
    return make_token(purpose, reminder.reference, expires_at=now + timedelta(days=1))


def _gift_of(email: str, campaign: Campaign) -> Payment:
    customer = CustomerFactory.create(email=email, entity=campaign.entity)
    checkout = CheckoutFactory.create(campaign=campaign, customer=customer)
    donation = DonationFactory.create(campaign=campaign, customer=customer, checkout=checkout)
    payment = PaymentFactory.create(donation=donation)
    attach_payment(payment.pk, now=NOON)
    return payment


def _plan_of(payment: Payment) -> RecurringPlan:
    """A standing gift that Stripe knows nothing of."""
    gift = payment.donation
    # What attaching wrote of the payer came after the gift was read.
    gift.customer.refresh_from_db()
    return RecurringPlan.objects.create(
        entity=gift.entity,
        campaign=gift.campaign,
        customer=gift.customer,
        stripe_id="sub_matrix",
        status=PlanStatus.ACTIVE,
        frequency=Frequency.MONTHLY,
        currency="GBP",
        amount=500,
        started_at=NOON,
    )


def _stop_link(plan: UUID) -> dict[str, object]:
    """Whoever holds a letter's link may open it."""
    expires_at = timezone.now() + timedelta(days=1)
    token = make_token(LinkPurpose.STOP, plan, expires_at=expires_at)
    return {"purpose": LinkPurpose.STOP.value, "token": token}


def _statement_of(payment: Payment) -> Statement:
    payment.donation.customer.refresh_from_db()
    party = payment.donation.customer.party
    assert party is not None
    [statement] = issue_statements(party, now=NOON + timedelta(days=400))
    return render_statement(statement.pk)


def _dispute_of(payment: Payment) -> Dispute:
    return Dispute.objects.create(
        payment=payment,
        stripe_id="du_matrix",
        state=DisputeState.OPEN,
        stripe_status="needs_response",
        currency="GBP",
        amount=100,
        created_at=NOON,
        changed_at=NOON,
    )


def _refund_that_waits(payment: Payment) -> RefundRequest:
    return RefundRequest.objects.create(
        payment=payment,
        number=1,
        amount=100,
        reason=RefundReason.REQUESTED,
        comment="Asked by letter.",
        state=RefundRequestState.WAITING,
        requested_by=UserFactory.create(),
        requested_at=NOON,
    )


def _release_that_waits(campaign: Campaign) -> FundRelease:
    a_gift(campaign, 1000)
    return a_release(restrict(campaign, limit=0), 100)


def _card_session_of(plan: UUID) -> CardSession:
    """A page that some browser was sent to, none of those in the table."""
    return CardSession.objects.create(
        plan=RecurringPlan.objects.get(reference=plan), cause="matrix", asked_at=NOON
    )


def _written_export() -> Export:
    order = ExportOrder(
        report="gift_register", format="csv", filters={"entity": "courier"}, include_personal=False
    )
    export = request_export(UserFactory.create(), order, now=NOON)
    while Export.objects.filter(state__in=[ExportState.WAITING, ExportState.RUNNING]).exists():
        write_exports()
    export.refresh_from_db()
    assert export.state == ExportState.READY
    return export
