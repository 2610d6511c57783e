"""The files of an answer: gathered from what we keep, attached by staff, taken away again, drawn by a task."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath

from django.contrib.auth.base_user import AbstractBaseUser

from payments.desk.dispute_queries import files_shown
from payments.desk.dossier import TITLE, dossier_content
from payments.desk.drafting import Draft, Step, write_answer
from payments.desk.file_types import check_together, checked_type
from payments.desk.models import (
    DisputeAnswer,
    DisputeAnswerState,
    DisputeFile,
    EvidenceField,
    FileKind,
)
from payments.errors import DisputeRefused, EvidenceFileRefused
from payments.receipts.models import DocumentType, ReceiptDocument

logger = logging.getLogger(__name__)

_LONGEST_NAME = 120
_SWEEP = 20
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that staff chose, and Stripe's name of the place where it goes."""

    name: str
    contents: bytes
    evidence_field: str


def gather_files(
    dispute_id: int, draft: Draft, *, actor: AbstractBaseUser, now: datetime
) -> DisputeAnswer:
    """Save the draft with our own files as they are now: the receipt, a credit note, and what we know.

    They take the place of those gathered before; a place where staff attached a file stays theirs. What we know is
    drawn by `draw_files`. Raises DisputeRefused.
    """
    step = _step("dispute_files_gathered", partial(_gather, actor=actor, now=now))
    return write_answer(dispute_id, draft, step, actor=actor, now=now)


def attach_file(
    dispute_id: int, draft: Draft, attachment: Attachment, *, actor: AbstractBaseUser, now: datetime
) -> DisputeAnswer:
    """Save the draft with a file more. Raises DisputeRefused for what Stripe would not take, and a place taken."""
    name = _clean(attachment.name)
    content_type = checked_type(attachment.contents, name)
    file = DisputeFile(
        kind=FileKind.ATTACHED,
        evidence_field=attachment.evidence_field,
        name=name,
        content_type=content_type,
        contents=attachment.contents,
        size=len(attachment.contents),
        sha256=hashlib.sha256(attachment.contents).hexdigest(),
        added_by_id=actor.pk,
        added_at=now,
    )
    step = _step("dispute_file_attached", partial(_attach, file=file))
    return write_answer(dispute_id, draft, step, actor=actor, now=now)


def remove_file(
    dispute_id: int, draft: Draft, reference: str, *, actor: AbstractBaseUser, now: datetime
) -> DisputeAnswer:
    """Save the draft without the file of that reference. Raises DisputeRefused where it is gone already."""
    step = _step("dispute_file_removed", partial(_remove, reference=reference))
    return write_answer(dispute_id, draft, step, actor=actor, now=now)


def draw_files() -> int:
    """Draw what is due, each on its own; returns how many. Outside any transaction; who writes first has drawn it."""
    drawn = 0
    for file in DisputeFile.objects.filter(sha256="", erased_at=None)[:_SWEEP]:
        try:
            _draw(file)
            drawn += 1
        except Exception:
            logger.exception("Evidence file %s cannot be drawn; the next sweep tries.", file)
    return drawn


def _step(verb: str, change: Callable[[DisputeAnswer], None]) -> Step:
    return Step(DisputeAnswerState.DRAFT, verb, change)


def _attach(answer: DisputeAnswer, *, file: DisputeFile) -> None:
    others = list(answer.files.values_list("evidence_field", "size"))
    if any(place == file.evidence_field for place, _ in others):
        place = EvidenceField(file.evidence_field).label
        raise EvidenceFileRefused(
            f"There is a file for “{place}” already, and Stripe takes one. Remove it first, or choose another place."
        )
    check_together([file.size, *(size for _, size in others)])
    file.answer = answer
    file.save()


def _remove(answer: DisputeAnswer, *, reference: str) -> None:
    file = next((each for each in files_shown(answer) if str(each.reference) == reference), None)
    if file is None:
        raise DisputeRefused("This file is not there any more.")
    file.delete()


def _gather(answer: DisputeAnswer, *, actor: AbstractBaseUser, now: datetime) -> None:
    answer.files.exclude(kind=FileKind.ATTACHED).delete()
    taken = set(answer.files.values_list("evidence_field", flat=True))
    for file in _own_files(answer, now=now):
        if file.evidence_field not in taken:
            file.answer, file.added_by_id, file.added_at = answer, actor.pk, now
            file.save()


def _own_files(answer: DisputeAnswer, *, now: datetime) -> list[DisputeFile]:
    stored = ReceiptDocument.objects.filter(receipt__payment=answer.dispute.payment)
    latest = stored.select_related("receipt").order_by("-receipt__id")
    receipt = latest.filter(receipt__document_type=DocumentType.RECEIPT).first()
    note = latest.filter(receipt__document_type=DocumentType.CREDIT_NOTE).first()
    issued = [
        (receipt, EvidenceField.RECEIPT, "Receipt"),
        # It was sent to the payer as a letter.
        (note, EvidenceField.CUSTOMER_COMMUNICATION, "Credit note"),
    ]
    files = [
        DisputeFile(
            kind=FileKind.ISSUED,
            evidence_field=place,
            name=f"{title} {document.receipt.number}.pdf",
            content_type=_PDF,
            document=document,
            size=document.size,
            sha256=document.sha256,
        )
        for document, place, title in issued
        if document is not None
    ]
    knowledge = DisputeFile(
        kind=FileKind.DRAWN,
        evidence_field=EvidenceField.SERVICE_DOCUMENTATION,
        name=f"{TITLE}.pdf",
        content_type=_PDF,
        content=dossier_content(answer.dispute, now=now),
    )
    return [*files, knowledge]


def _draw(file: DisputeFile) -> None:
    # Loaded late: web processes write down what is to be drawn but never draw.
    from payments.receipts.pdf import render_pdf  # noqa: PLC0415

    pdf = render_pdf(
        "payments/desk/dossier.html",
        file.content,
        issued_at=file.added_at,
        identifier=file.reference.hex,
    )
    due = DisputeFile.objects.filter(pk=file.pk, sha256="", erased_at=None)
    due.update(contents=pdf, size=len(pdf), sha256=hashlib.sha256(pdf).hexdigest())


def _clean(name: str) -> str:
    """Return a name without folders, controls and quotation marks, short enough to read."""
    bare = "".join(each for each in name if each.isprintable() and each not in '"“”')
    path = PurePosixPath(bare.replace("\\", "/"))
    return f"{path.stem[:_LONGEST_NAME] or 'file'}{path.suffix[:10]}"
