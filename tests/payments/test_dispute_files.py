"""Evidence files: gathered and attached before, handed to Stripe once, and written down with their checksums."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from membership.models import User
from payments.desk.answering import finish_answers, submit_answer
from payments.desk.file_types import MOST_BYTES, MOST_BYTES_TOGETHER, checked_type
from payments.desk.filing import Attachment, attach_file, draw_files, gather_files, remove_file
from payments.desk.uploading import bytes_of
from payments.errors import DisputeRefused, GatewayUnavailable
from payments.gateway.files import upload_evidence
from payments.models import AuditEntry, Campaign, Dispute, DisputeAnswer, DisputeFile
from tests.factories import UserFactory
from tests.payments.disputed import disputed_gift, draft
from tests.payments.test_receipt_pdf import fonts, read, tags
from tests.payments.test_webhooks_stories import stripe_of
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db
Deliver = Callable[[], int]

PDF = b"%PDF-1.7\nA letter.\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\nA screen.IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0A photograph.\xff\xd9"


@pytest.fixture
def clerk(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def dispute(campaign: Campaign, sandbox: SandboxAccount, deliver: Deliver) -> Dispute:
    return disputed_gift(campaign, sandbox, deliver)


@pytest.fixture
def answer(dispute: Dispute, clerk: User) -> DisputeAnswer:
    """A draft with the receipt, what we know, and a letter that staff attached."""
    now = timezone.now()
    gathered = gather_files(dispute.pk, draft(), actor=clerk, now=now)
    draw_files()
    letter = Attachment("C:\\Scans\\their “letter”.pdf", PDF, "customer_communication")
    return attach_file(dispute.pk, draft(gathered.version), letter, actor=clerk, now=now)


def hand_in(answer: DisputeAnswer, clerk: User) -> DisputeAnswer:
    now = timezone.now()
    return submit_answer(answer.dispute_id, draft(answer.version), actor=clerk, now=now)


def evidence_at_stripe(sandbox: SandboxAccount, answer: DisputeAnswer) -> dict[str, str]:
    evidence = sandbox.object(answer.dispute.stripe_id)["evidence"]
    return {name: text for name, text in evidence.items() if str(text).startswith("file_")}


def uploaded(sandbox: SandboxAccount) -> int:
    return len(stripe_of(sandbox).v1.files.list({"limit": 100}).data)


@pytest.mark.documents
def test_our_files_are_the_receipt_as_issued_and_an_accessible_pdf_of_what_we_know(
    dispute: Dispute, answer: DisputeAnswer
) -> None:
    receipt, known, letter = answer.files.order_by("id")
    issued = dispute.payment.receipts.get().document
    assert bytes_of(receipt) == default_storage.open(issued.file.name).read()
    assert (receipt.evidence_field, receipt.sha256) == ("receipt", issued.sha256)
    assert (letter.name, letter.content_type) == ("their letter.pdf", "application/pdf")
    reader = read(bytes_of(known))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    checkout = dispute.payment.donation.plan.checkout
    for told in (
        "Ada Reader",
        "reader@example.org",
        dispute.stripe_id,
        " ".join(checkout.mandate_terms.split())[:60],
        f"Version {checkout.mandate_version}",
        f"Shown and accepted {checkout.created_at:%Y-%m-%d %H:%M} UTC",
        "Letters sent to the payer",
        "The recurring gift",
    ):
        assert told in text
    assert {"/H1", "/H2", "/Table", "/TH"} <= set(tags(reader.trailer["/Root"]["/StructTreeRoot"]))
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    for font in fonts(reader):
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_files_are_handed_in_once_and_written_down_with_ids_and_checksums(
    answer: DisputeAnswer, clerk: User, sandbox: SandboxAccount
) -> None:
    done = hand_in(answer, clerk)
    hand_in(answer, clerk)
    assert (done.state, done.attempts, uploaded(sandbox)) == ("submitted", 1, 3)
    files = {file.evidence_field: file for file in answer.files.all()}
    assert evidence_at_stripe(sandbox, answer) == {
        place: file.stripe_id for place, file in files.items()
    }
    assert set(files) == {"receipt", "service_documentation", "customer_communication"}
    for file in files.values():
        assert hashlib.sha256(sandbox.contents(file.stripe_id)).hexdigest() == file.sha256
    told = AuditEntry.objects.get(action="dispute_evidence_submitted").after["files"]
    assert {(each["stripe_id"], each["sha256"]) for each in told} == {
        (file.stripe_id, file.sha256) for file in files.values()
    }
    assert "letter" not in str(told)


def test_a_submission_that_stopped_after_the_uploads_is_finished_without_a_second_one(
    answer: DisputeAnswer, clerk: User, sandbox: SandboxAccount
) -> None:
    sandbox.fail_next(3, 500, f"POST /v1/disputes/{answer.dispute.stripe_id}")
    with pytest.raises(GatewayUnavailable):
        hand_in(answer, clerk)
    assert uploaded(sandbox) == 3
    assert evidence_at_stripe(sandbox, answer) == {}
    assert finish_answers(now=timezone.now() + timedelta(minutes=5)) == 1
    answer.refresh_from_db()
    assert (answer.state, uploaded(sandbox)) == ("submitted", 3)
    assert len(evidence_at_stripe(sandbox, answer)) == 3


def test_a_file_whose_id_was_never_written_down_is_not_there_twice(
    answer: DisputeAnswer, clerk: User, sandbox: SandboxAccount
) -> None:
    """A process that dies between the upload and its own row."""
    file = answer.files.get(kind="attached")
    key = f"{file.reference}-{file.tries}"
    lost = upload_evidence(bytes_of(file), name=file.name, idempotency_key=key)
    hand_in(answer, clerk)
    assert uploaded(sandbox) == 3
    assert evidence_at_stripe(sandbox, answer)["customer_communication"] == lost


def test_stripe_out_of_reach_during_an_upload_loses_nothing(
    answer: DisputeAnswer, clerk: User, sandbox: SandboxAccount
) -> None:
    sandbox.fail_next(3, 500, "POST /v1/files")
    with pytest.raises(GatewayUnavailable):
        hand_in(answer, clerk)
    answer.refresh_from_db()
    assert answer.state == "submitting"
    assert finish_answers(now=timezone.now() + timedelta(minutes=5)) == 1
    answer.refresh_from_db()
    assert (answer.state, answer.files.count()) == ("submitted", 3)
    assert answer.evidence["product_description"] == "A gift."


def test_a_file_that_stripe_refuses_leaves_a_draft_and_says_what_to_do(
    answer: DisputeAnswer, clerk: User, sandbox: SandboxAccount
) -> None:
    file = answer.files.get(kind="attached")
    answer.files.exclude(pk=file.pk).delete()
    sandbox.fail_next(1, 400, "POST /v1/files")
    refused = hand_in(answer, clerk)
    assert refused.state == "draft"
    assert "did not take the file “their letter.pdf”" in refused.refusal
    assert "hand in again" in refused.refusal
    now = timezone.now()
    left = remove_file(
        answer.dispute_id,
        draft(refused.version),
        str(file.reference),
        actor=clerk,
        now=now,
    )
    photo = Attachment("letter.jpg", JPEG, "customer_communication")
    again = attach_file(answer.dispute_id, draft(left.version), photo, actor=clerk, now=now)
    assert hand_in(again, clerk).state == "submitted"


def test_a_file_that_stripe_has_no_more_is_sent_anew(
    answer: DisputeAnswer, clerk: User, sandbox: SandboxAccount
) -> None:
    answer.files.filter(kind="attached").update(stripe_id="file_expired")
    refused = hand_in(answer, clerk)
    assert (refused.state, "sent anew" in refused.refusal) == ("draft", True)
    assert hand_in(refused, clerk).state == "submitted"
    assert len(evidence_at_stripe(sandbox, answer)) == 3


def test_a_stored_file_that_was_changed_is_never_sent(
    answer: DisputeAnswer, clerk: User, sandbox: SandboxAccount
) -> None:
    answer.files.filter(kind="attached").update(contents=PDF + b"changed")
    refused = hand_in(answer, clerk)
    assert refused.state == "draft"
    assert "Remove it and add it again" in refused.refusal
    assert evidence_at_stripe(sandbox, answer) == {}


def test_nothing_is_handed_in_that_the_page_did_not_show(
    dispute: Dispute, clerk: User, sandbox: SandboxAccount
) -> None:
    now = timezone.now()
    gathered = gather_files(dispute.pk, draft(), actor=clerk, now=now)
    with pytest.raises(DisputeRefused, match="still being drawn"):
        submit_answer(dispute.pk, draft(gathered.version), actor=clerk, now=now)
    letter = Attachment("letter.pdf", PDF, "uncategorized_file")
    attach_file(dispute.pk, draft(gathered.version), letter, actor=clerk, now=now)
    draw_files()
    with pytest.raises(DisputeRefused, match="colleague saved"):
        submit_answer(dispute.pk, draft(gathered.version), actor=clerk, now=now)
    assert uploaded(sandbox) == 0


def test_gathering_again_replaces_our_files_and_leaves_what_staff_attached(
    answer: DisputeAnswer, clerk: User
) -> None:
    before = set(answer.files.values_list("pk", flat=True))
    now = timezone.now()
    own = Attachment("own.png", PNG, "receipt")
    receipt = answer.files.get(evidence_field="receipt")
    left = remove_file(
        answer.dispute_id, draft(answer.version), str(receipt.reference), actor=clerk, now=now
    )
    attached = attach_file(answer.dispute_id, draft(left.version), own, actor=clerk, now=now)
    gather_files(answer.dispute_id, draft(attached.version), actor=clerk, now=now)
    kinds = dict(DisputeFile.objects.values_list("evidence_field", "kind"))
    assert kinds == {
        "receipt": "attached",
        "customer_communication": "attached",
        "service_documentation": "drawn",
    }
    assert len(before & set(answer.files.values_list("pk", flat=True))) == 1


@pytest.mark.documents
def test_one_place_takes_one_file_and_all_together_are_limited(
    answer: DisputeAnswer, clerk: User
) -> None:
    now = timezone.now()
    with pytest.raises(DisputeRefused, match="Remove it first, or choose another place"):
        attach_file(
            answer.dispute_id,
            draft(answer.version),
            Attachment("again.pdf", PDF, "customer_communication"),
            actor=clerk,
            now=now,
        )
    large = PDF[:-7] + bytes(MOST_BYTES_TOGETHER) + PDF[-7:]
    with pytest.raises(DisputeRefused, match=r"All files together have 4\.6 MB"):
        attach_file(
            answer.dispute_id,
            draft(answer.version),
            Attachment("large.pdf", large, "uncategorized_file"),
            actor=clerk,
            now=now,
        )
    assert answer.files.count() == 3
    assert not DisputeAnswer.objects.exclude(version=answer.version).exists()


@pytest.mark.parametrize(
    ("contents", "sentence"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 a text document", "print it as a PDF"),
        (b"<html>%PDF-1.7 %%EOF", "neither a PDF"),
        (PDF[:-7], "breaks off"),
        (PNG[:20], "breaks off"),
        (JPEG[:-2], "breaks off"),
        (PDF[:-7] + b"trailer << /Encrypt 5 0 R >>\n%%EOF", "without a password"),
        (PDF + bytes(MOST_BYTES), "at most 5.0 MB"),
    ],
)
def test_what_stripe_would_not_take_is_refused_with_what_to_do(
    contents: bytes, sentence: str
) -> None:
    with pytest.raises(DisputeRefused, match=sentence) as refusal:
        checked_type(contents, "letter.docx")
    assert "letter.docx" in str(refusal.value)


@pytest.mark.parametrize(
    ("contents", "content_type"),
    [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")],
)
def test_the_type_is_told_by_the_contents(contents: bytes, content_type: str) -> None:
    assert checked_type(contents, "letter.exe") == content_type
