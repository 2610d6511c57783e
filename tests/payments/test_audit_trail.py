"""R13: one list of every action on money, whichever trail it was written to."""

from datetime import timedelta

import pytest
from django.test import Client

from membership.models import Letter, User
from payments.audit.actions import Subject, record_audit
from payments.finance.tables.audit_trail import AUDIT_TRAIL
from payments.models import (
    AccessLog,
    AuditEntry,
    Campaign,
    ExceptionSettlement,
    LegalEntity,
    Payout,
    PayoutStatus,
    PlanChange,
    PlanCommand,
    ReconciliationChange,
    RecurringPlan,
)
from tests.factories import NOON, CustomerFactory, UserFactory
from tests.payments.admin_pages import as_role, form_of, page_of

EVERYTHING = {"entity": "courier"}


@pytest.fixture
def person(campaign: Campaign) -> User:
    return UserFactory.create(email="lead@courier.example")


@pytest.fixture
def trail(campaign: Campaign, person: User) -> None:
    """One action on each trail, an hour apart, and what is no action of staff."""
    hours = iter(NOON + timedelta(hours=hour) for hour in range(10))
    plan = RecurringPlan.objects.create(
        entity=campaign.entity,
        campaign=campaign,
        customer=CustomerFactory.create(),
        stripe_id="sub_1",
        status="active",
        frequency="monthly",
        currency="GBP",
        amount=500,
        started_at=NOON,
    )
    payout = Payout.objects.create(
        entity=campaign.entity,
        stripe_id="po_1",
        status=PayoutStatus.PAID,
        currency="GBP",
        amount=1000,
        created_at=NOON,
        arrival_on=NOON.date(),
        is_automatic=True,
        changed_at=NOON,
    )
    change = {"before": {"state": "waiting"}, "after": {"state": "ordered", "amount": 400}}
    subject = Subject("refund request", "0d5e8a1c-6f5e-4a53-9c5e-0f4d8a8d9f10", **change)
    record_audit("refund_approved", subject, actor=person, now=next(hours), reason="Seen.")
    ReconciliationChange.objects.create(
        payout=payout, verb="settled", actor=person, at=next(hours), note="A bank fee.", **change
    )
    ExceptionSettlement.objects.create(
        kind="drift", key="pi_1", note="Known.", settled_by=person, settled_at=next(hours)
    )
    by_staff = {"actor": "staff", "cause": "lead@courier.example"}
    PlanCommand.objects.create(plan=plan, kind="stop", asked_at=next(hours), **by_staff)
    PlanChange.objects.create(plan=plan, kind="stopping", made_at=next(hours), **by_staff, **change)
    for action in ("exported", "downloaded", "viewed"):
        AccessLog.objects.create(
            user=person, action=action, report="gift_register", filters={}, at=next(hours)
        )
    PlanChange.objects.create(plan=plan, kind="amount", actor="reader", made_at=next(hours))


def actions(**filters: str) -> list[object]:
    return [row[2] for row in AUDIT_TRAIL.rows({**EVERYTHING, **filters})]


def test_every_trail_is_one_list_by_time(trail: None) -> None:
    assert actions() == [
        "refund_approved",
        "reconciliation_settled",
        "exception_settled",
        "plan_asked_stop",
        "plan_stopping",
        "report_exported",
        "report_downloaded",
    ]
    assert {row[1] for row in AUDIT_TRAIL.rows(EVERYTHING)} == {"lead@courier.example"}


def test_it_is_narrowed_by_who_what_which_and_when(trail: None) -> None:
    plan = str(PlanCommand.objects.get().plan.reference)
    assert actions(actor="Lead@courier.example") == actions()
    assert actions(actor="nobody@courier.example") == []
    assert actions(action="plan_stopping") == ["plan_stopping"]
    assert actions(object=plan) == ["plan_asked_stop", "plan_stopping"]
    assert actions(object_type="payout", object="po_1") == ["reconciliation_settled"]
    assert actions(last="2026-11-19") == actions(first="2026-11-21") == []
    assert len(actions(first="2026-11-20", last="2026-11-20")) == 7


def test_the_page_tells_what_changed_and_leads_to_the_object(client: Client, trail: None) -> None:
    lead = as_role(client, "finance lead")
    page = lead.get(AUDIT_TRAIL.get_absolute_url(), {"first": "", "last": ""}).content.decode()
    assert "state: waiting → ordered, amount: 400" in page
    assert "/finance/refunds/0d5e8a1c-6f5e-4a53-9c5e-0f4d8a8d9f10/" in page
    assert "A bank fee." in page


@pytest.mark.usefixtures("told_rendering")
def test_what_a_campaign_asks_for_is_changed_with_before_and_after(
    client: Client, campaign: Campaign
) -> None:
    editor, page = as_role(client, "editor"), page_of(Campaign, "change", campaign.pk)
    fields = form_of(editor, page)
    assert editor.post(page, fields).status_code == 302
    assert not AuditEntry.objects.exists()

    pounds = next(name for name, value in fields.items() if value == "GBP").removesuffix("currency")
    assert editor.post(page, {**fields, f"{pounds}minimum": "2.50"}).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_reference) == ("campaign_changed", campaign.slug)
    assert (entry.before["limits"]["GBP"][0], entry.after["limits"]["GBP"][0]) == (100, 250)


@pytest.mark.usefixtures("told_rendering")
def test_a_changed_limit_of_refunds_is_in_the_trail(client: Client, campaign: Campaign) -> None:
    admin, page = as_role(client, "admin"), page_of(LegalEntity, "change", campaign.entity.pk)
    fields = {
        **form_of(admin, page),
        "refund_approval_limit": "5000",
        "contact_email": "a@b.example",
    }
    assert admin.post(page, fields).status_code == 302
    entry = AuditEntry.objects.get(action="entity_changed")
    assert entry.before == {"refund_approval_limit": 10_000}
    assert entry.after == {"refund_approval_limit": 5_000}


def test_a_receipt_that_is_sent_again_is_in_the_trail(client: Client, campaign: Campaign) -> None:
    letter = Letter.objects.create(
        kind="receipt",
        key="1",
        context={},
        state="sent",
        due_at=NOON,
        created_at=NOON,
        sent_at=NOON,
    )
    chosen = {"action": "send_again", "_selected_action": [letter.pk]}
    as_role(client, "support").post("/admin/membership/letter/", chosen)
    entry = AuditEntry.objects.get(action="letter_resent")
    assert (entry.object_reference, entry.before) == (str(letter.reference), {"state": "sent"})


def test_the_trail_is_for_leads_and_auditors(client: Client, trail: None) -> None:
    for role in ("support", "finance", "editor", "admin"):
        page = as_role(Client(), role).get(AUDIT_TRAIL.get_absolute_url())
        assert page.status_code == 403, role
