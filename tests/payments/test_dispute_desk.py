"""The dispute desk: evidence from what we know, handed in once and before its deadline, or accepted instead."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from membership.models import User
from payments.desk.answering import accept_dispute, finish_answers, save_draft, submit_answer
from payments.desk.asking import ask_of_disputes
from payments.desk.evidence import gathered_evidence
from payments.desk.tasks import finish_dispute_answers
from payments.errors import DisputeRefused, GatewayUnavailable, NoteMissing
from payments.models import AccessLog, AuditEntry, Campaign, Dispute, DisputeAnswer
from tests.factories import UserFactory
from tests.payments.admin_pages import as_role
from tests.payments.disputed import disputed_gift, draft
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db
Deliver = Callable[[], int]


@pytest.fixture
def clerk(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def dispute(campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver) -> Dispute:
    return disputed_gift(campaign, sandbox, deliver)


def test_the_deadline_is_stripes(dispute: Dispute, sandbox: SandboxAccount) -> None:
    assert dispute.evidence_due_at is not None
    due = sandbox.object(dispute.stripe_id)["evidence_details"]["due_by"]
    assert (dispute.stripe_status, dispute.evidence_due_at.timestamp()) == ("needs_response", due)


def test_evidence_is_gathered_from_receipt_mandate_and_letters_and_names_nobody(
    dispute: Dispute,
) -> None:
    gathered = gathered_evidence(dispute)
    payment = dispute.payment
    assert "monthly contribution of £10.35" in gathered["product_description"]
    agreement = gathered["cancellation_policy_disclosure"]
    assert payment.donation.entity.mandate_terms in agreement
    assert f"version {payment.donation.entity.mandate_version}" in agreement
    assert payment.receipts.get(document_type="receipt").number in gathered["uncategorized_text"]
    assert "Letters sent to the payer:" in gathered["access_activity_log"]
    everything = " ".join(gathered.values())
    assert "Ada Reader" not in everything
    assert "reader@example.org" not in everything


def test_evidence_is_handed_in_once_and_can_win(
    dispute: Dispute, clerk: User, sandbox: SandboxAccount
) -> None:
    saved = save_draft(dispute.pk, draft(), actor=clerk, now=timezone.now())
    assert sandbox.object(dispute.stripe_id)["evidence"]["product_description"] is None
    now = timezone.now()
    answer = submit_answer(dispute.pk, draft(saved.version), actor=clerk, now=now)
    again = submit_answer(dispute.pk, draft(saved.version), actor=clerk, now=now)
    assert (answer.state, again.pk, again.attempts) == ("submitted", answer.pk, 1)
    at_stripe = sandbox.object(dispute.stripe_id)
    assert at_stripe["evidence"]["product_description"] == "A gift."
    assert at_stripe["evidence"]["customer_email_address"] == "reader@example.org"
    dispute.refresh_from_db()
    assert (dispute.state, dispute.stripe_status) == ("open", "under_review")
    assert "reader@example.org" not in str(answer.evidence)
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "dispute_answer_saved",
        "dispute_submission_ordered",
        "dispute_evidence_submitted",
    ]


def test_a_dispute_is_accepted_with_a_reason_and_lost(dispute: Dispute, clerk: User) -> None:
    with pytest.raises(NoteMissing):
        accept_dispute(dispute.pk, draft(), actor=clerk, now=timezone.now())
    answer = accept_dispute(dispute.pk, draft(note="Not given."), actor=clerk, now=timezone.now())
    dispute.refresh_from_db()
    assert (answer.state, dispute.state) == ("accepted", "lost")
    with pytest.raises(DisputeRefused, match="answered already"):
        save_draft(dispute.pk, draft(answer.version), actor=clerk, now=timezone.now())


def test_what_cannot_be_said_is_refused_with_a_sentence(dispute: Dispute, clerk: User) -> None:
    now = timezone.now()
    save_draft(dispute.pk, draft(), actor=clerk, now=now)
    with pytest.raises(DisputeRefused, match="colleague saved"):
        save_draft(dispute.pk, draft(), actor=clerk, now=now)
    with pytest.raises(DisputeRefused, match="no evidence called receipt"):
        save_draft(dispute.pk, draft(1, receipt="file_1"), actor=clerk, now=now)
    with pytest.raises(DisputeRefused, match="150,000"):
        save_draft(dispute.pk, draft(1, uncategorized_text="x" * 150_001), actor=clerk, now=now)
    with pytest.raises(DisputeRefused, match="time to answer ended"):
        submit_answer(dispute.pk, draft(1), actor=clerk, now=now + timedelta(days=60))
    Dispute.objects.update(stripe_status="won")
    with pytest.raises(DisputeRefused, match="no answer to this dispute any more"):
        submit_answer(dispute.pk, draft(1), actor=clerk, now=now)


@pytest.mark.parametrize("fault", [500, "timeout"])
def test_an_answer_that_stopped_in_between_is_finished(
    fault: object, dispute: Dispute, clerk: User, sandbox: SandboxAccount
) -> None:
    sandbox.fail_next(3, fault, f"POST /v1/disputes/{dispute.stripe_id}", seconds=0.1)  # type: ignore[arg-type]
    now = timezone.now()
    with pytest.raises(GatewayUnavailable):
        submit_answer(dispute.pk, draft(), actor=clerk, now=now)
    assert finish_answers(now=now) == 0
    assert finish_answers(now=now + timedelta(minutes=3)) == 1
    assert DisputeAnswer.objects.get().state == "submitted"
    assert sandbox.object(dispute.stripe_id)["evidence_details"]["submission_count"] == 1


def test_the_page_shows_deadline_and_evidence_and_keeps_what_is_typed(
    dispute: Dispute, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    finance, address = as_role(Client(), "finance"), f"/finance/disputes/{dispute.reference}/"
    with django_assert_max_num_queries(12):
        listed = finance.get("/finance/disputes/").content.decode()
    assert address in listed
    assert "days left" in listed
    page = finance.get(address).content.decode()
    assert "Save and gather our files" in page
    assert "Hand in to the bank" not in page
    assert "monthly contribution" in page
    typed = {"version": "7", "uncategorized_text": "Spoke on the phone.", "save": "1"}
    refused = finance.post(f"{address}evidence/", typed)
    assert refused.status_code == 422
    assert "A colleague saved" in refused.content.decode()
    assert "Spoke on the phone." in refused.content.decode()
    saved = finance.post(f"{address}evidence/", {**typed, "version": "0"}, follow=True)
    assert "Saved. Stripe has not been told anything yet." in saved.content.decode()
    assert "Hand in to the bank" in saved.content.decode()
    assert finance.post(f"{address}accept/", {"version": "1", "note": ""}).status_code == 422
    auditor = as_role(Client(), "auditor").get(address).content.decode()
    assert "Spoke on the phone." in auditor
    assert "Hand in to the bank" not in auditor


def test_files_are_attached_looked_at_and_removed_on_the_page(dispute: Dispute) -> None:
    finance, address = as_role(Client(), "finance"), f"/finance/disputes/{dispute.reference}/"
    contents = b"%PDF-1.7\nA letter.\n%%EOF\n"
    finance.post(f"{address}evidence/", {"version": "0", "gather": "1", "note": "Rang."})
    typed = {
        "version": "1",
        "note": "Rang again.",
        "evidence_field": "uncategorized_file",
        "attach": "1",
    }
    nothing = finance.post(f"{address}evidence/", typed)
    assert (nothing.status_code, "Choose the file to attach." in nothing.content.decode()) == (
        422,
        True,
    )
    words = SimpleUploadedFile("letter.pdf", b"words", "application/pdf")
    refused = finance.post(f"{address}evidence/", {**typed, "file": words})
    assert refused.status_code == 422
    assert "“letter.pdf” is neither a PDF" in refused.content.decode()
    assert 'href="#id_file"' in refused.content.decode()
    assert '<option value="uncategorized_file" selected>' in refused.content.decode()
    assert "Rang again." in refused.content.decode()
    chosen = SimpleUploadedFile("letter.pdf", contents, "text/html")
    shown = finance.post(f"{address}evidence/", {**typed, "file": chosen}, follow=True)
    answer = DisputeAnswer.objects.get()
    file = answer.files.get(kind="attached")
    link = f"{address}files/{file.reference}/"
    assert link in shown.content.decode()
    assert answer.note == "Rang again."
    looked = finance.get(link)
    assert (looked.content, looked["Content-Type"]) == (contents, "application/pdf")
    assert looked["X-Content-Type-Options"] == "nosniff"
    assert AccessLog.objects.get(report="dispute_file").filters["file"] == str(file.reference)
    assert as_role(Client(), "auditor").get(link).status_code == 403
    assert as_role(Client(), "support").get(link).content == contents
    page = as_role(Client(), "auditor").get(address).content.decode()
    assert ("letter.pdf" in page, link in page) == (True, False)
    taken = {"version": str(answer.version), "remove": str(file.reference)}
    for _ in range(2):
        finance.post(f"{address}evidence/", taken)
    assert not answer.files.filter(kind="attached").exists()
    assert finance.get(link).status_code == 404


def test_stripe_is_asked_once_of_a_dispute_booked_before_its_word_was_kept(
    dispute: Dispute, sandbox: SandboxAccount
) -> None:
    due = dispute.evidence_due_at
    Dispute.objects.update(stripe_status="", evidence_due_at=None)
    unknown = Dispute.objects.create(
        payment=dispute.payment,
        stripe_id="du_unknown",
        state="lost",
        currency="GBP",
        amount=1,
        created_at=timezone.now(),
        changed_at=timezone.now(),
    )
    sandbox.fail_next(3, 500, "GET /v1/disputes/")
    finish_dispute_answers()
    dispute.refresh_from_db()
    assert dispute.stripe_status == ""
    finish_dispute_answers()
    dispute.refresh_from_db()
    unknown.refresh_from_db()
    assert (dispute.stripe_status, dispute.evidence_due_at) == ("needs_response", due)
    assert (unknown.stripe_status, unknown.state) == ("unknown", "lost")
    assert ask_of_disputes(now=timezone.now()) == 0
