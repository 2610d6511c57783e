"""What staff wrote and attached about a person at the desk goes with them; what was done stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from membership.letters.tasks import send_due_letters
from membership.models import User
from membership.privacy.tasks import finish_privacy_requests
from payments.desk.actions import RefundOrder, decline_refund
from payments.desk.answering import finish_answers, submit_answer
from payments.desk.carrying_out import request_refund
from payments.desk.evidence import gathered_evidence
from payments.desk.filing import Attachment, attach_file, draw_files, gather_files
from payments.desk.models import RefundReason
from payments.desk.uploading import bytes_of
from payments.errors import GatewayUnavailable
from payments.models import (
    AuditEntry,
    Campaign,
    Dispute,
    DisputeAnswer,
    DisputeFile,
    Payment,
    RecurringPlan,
    RefundRequest,
)
from tests.factories import UserFactory
from tests.membership.monthly_gift import begin_gift
from tests.membership.test_privacy import DELETE, EMAIL, KEPT_BY_LAW, NAME, where_found
from tests.payments.disputed import draft
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db
Deliver = Callable[[], int]
WORDS = f"{NAME} <{EMAIL}> rang us."


@pytest.fixture
def clerk(db: None) -> User:
    return UserFactory.create(email="clerk@example.org")


@pytest.fixture
def plan(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver
) -> RecurringPlan:
    campaign.entity.refund_approval_limit = 0
    campaign.entity.save()
    return begin_gift(client, sandbox, deliver)


@pytest.fixture
def answer(
    plan: RecurringPlan, clerk: User, sandbox: SandboxAccount, deliver: Deliver
) -> DisputeAnswer:
    """A refund that was declined, and a dispute with texts and files that name the payer, as a draft."""
    payment = Payment.objects.get()
    asked = request_refund(
        RefundOrder(
            payment_id=payment.pk,
            number=1,
            amount=100,
            reason=RefundReason.REQUESTED,
            comment=WORDS,
            may_exceed_limit=True,
        ),
        actor=clerk,
        now=timezone.now(),
    )
    decline_refund(asked.pk, actor=UserFactory.create(), note=WORDS, now=timezone.now())
    sandbox.dispute(str(payment.stripe_charge_id))
    deliver()
    dispute = Dispute.objects.get()
    said = {"note": WORDS, "uncategorized_text": WORDS}
    gathered = gather_files(dispute.pk, draft(**said), actor=clerk, now=timezone.now())
    letter = Attachment(f"{NAME}.pdf", f"%PDF-1.7\n{WORDS}\n%%EOF".encode(), "uncategorized_file")
    attached = attach_file(
        dispute.pk, draft(gathered.version, **said), letter, actor=clerk, now=timezone.now()
    )
    draw_files()
    return attached


def erase(client: Client) -> None:
    client.post(DELETE, {"sure": "yes"})
    # The last letter carries the address until it has left.
    send_due_letters()
    finish_privacy_requests()


def test_words_and_files_of_an_answer_that_was_handed_in_are_erased_and_its_facts_stay(
    client: Client, answer: DisputeAnswer, clerk: User
) -> None:
    said = draft(answer.version, note=WORDS, uncategorized_text=WORDS)
    submit_answer(answer.dispute_id, said, actor=clerk, now=timezone.now())
    tables = {
        "payments.auditentry",
        "payments.disputeanswer",
        "payments.disputefile",
        "payments.refundrequest",
    }
    assert tables <= where_found(EMAIL)
    before = dict(DisputeFile.objects.values_list("evidence_field", "sha256"))

    erase(client)

    assert where_found(EMAIL) <= KEPT_BY_LAW
    assert where_found(NAME) <= KEPT_BY_LAW
    answer.refresh_from_db()
    assert (answer.state, answer.note, answer.evidence) == (
        "submitted",
        "erased",
        {"uncategorized_text": "erased"},
    )
    request = RefundRequest.objects.get()
    assert (request.state, request.amount, request.comment, request.decision_note) == (
        "declined",
        100,
        "erased",
        "erased",
    )
    assert dict(answer.files.values_list("evidence_field", "sha256")) == before
    for file in answer.files.exclude(kind="issued"):
        assert (bytes(file.contents), file.content, file.name) == (b"", {}, "erased")
        assert file.stripe_id
    assert bytes_of(answer.files.get(kind="issued"))
    assert AuditEntry.objects.filter(action="refund_requested", reason="").count() == 1


def test_a_draft_about_somebody_who_was_forgotten_is_an_empty_one(
    client: Client, answer: DisputeAnswer, clerk: User, sandbox: SandboxAccount
) -> None:
    erase(client)
    assert where_found(EMAIL) <= KEPT_BY_LAW
    assert where_found(NAME) <= KEPT_BY_LAW
    answer.refresh_from_db()
    assert (answer.state, answer.evidence, answer.note) == ("draft", {}, "erased")
    assert not answer.files.exclude(kind="issued").exists()
    # What the newspaper itself knows still speaks for it, and names nobody.
    now = timezone.now()
    texts = gathered_evidence(answer.dispute)
    gathered = gather_files(answer.dispute_id, draft(answer.version, **texts), actor=clerk, now=now)
    draw_files()
    submit_answer(answer.dispute_id, draft(gathered.version, **texts), actor=clerk, now=now)
    evidence = sandbox.object(answer.dispute.stripe_id)["evidence"]
    assert (evidence["customer_name"], evidence["customer_email_address"]) == (None, None)
    assert where_found(EMAIL) <= KEPT_BY_LAW


def test_an_answer_on_its_way_is_called_back_when_its_payer_is_forgotten(
    client: Client, answer: DisputeAnswer, clerk: User, sandbox: SandboxAccount
) -> None:
    sandbox.fail_next(3, 500, f"POST /v1/disputes/{answer.dispute.stripe_id}")
    said = draft(answer.version, note=WORDS, uncategorized_text=WORDS)
    with pytest.raises(GatewayUnavailable):
        submit_answer(answer.dispute_id, said, actor=clerk, now=timezone.now())
    erase(client)
    assert finish_answers(now=timezone.now() + timedelta(minutes=5)) == 0
    answer.refresh_from_db()
    assert (answer.state, answer.evidence, answer.files.exclude(kind="issued").count()) == (
        "draft",
        {},
        0,
    )
    assert sandbox.object(answer.dispute.stripe_id)["status"] == "needs_response"


def test_a_reason_in_the_audit_trail_is_emptied_and_never_rewritten(
    clerk: User, answer: DisputeAnswer
) -> None:
    entries = AuditEntry.objects.filter(action="dispute_file_attached")
    for change in ({"reason": "Other words."}, {"reason": "", "action": "other"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            entries.update(**change)
    assert entries.update(reason="") == 1
