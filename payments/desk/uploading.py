"""Evidence files on their way to Stripe: each is uploaded once, and its id written down before it is named."""

import hashlib
from datetime import datetime

from django.db.models import F

from payments.desk.models import DisputeAnswer, DisputeFile
from payments.errors import (
    DisputeRefused,
    DocumentDamaged,
    GatewayRefused,
    GatewayUnauthorised,
    GatewayUnavailable,
)
from payments.gateway.files import upload_evidence
from payments.receipts.queries import stored_pdf


def bytes_of(file: DisputeFile) -> bytes:
    """Return the very bytes that staff could look at; raises DocumentDamaged where others are kept."""
    if file.document is not None:
        return stored_pdf(file.document)
    contents = bytes(file.contents)
    if hashlib.sha256(contents).hexdigest() != file.sha256:
        raise DocumentDamaged(f"The evidence file {file} has changed.")
    return contents


def upload_files(answer: DisputeAnswer, *, now: datetime) -> dict[str, str]:
    """Return Stripe's ids of an answer's files by its names of their places, uploading those that it has not yet.

    Safe to repeat: a process that died between the upload and writing down its id asks with the same key again, and is
    given the same file. Raises DisputeRefused for a file that Stripe does not take, and what the gateway raises.
    """
    files = list(answer.files.select_related("document"))
    for file in files:
        if file.stripe_id is None:
            file.stripe_id = _upload(file, now=now)
    return {file.evidence_field: str(file.stripe_id) for file in files}


def forget_uploads(answer: DisputeAnswer) -> None:
    """Have the files of an answer uploaded anew: Stripe keeps them for some months only."""
    answer.files.update(stripe_id=None, uploaded_at=None, tries=F("tries") + 1)


def _upload(file: DisputeFile, *, now: datetime) -> str:
    row = DisputeFile.objects.filter(pk=file.pk)
    try:
        contents = bytes_of(file)
    except (DocumentDamaged, FileNotFoundError) as error:
        raise DisputeRefused(
            f"The file “{file.name}” is not any more what it was when it was added. Remove it and add it again."
        ) from error
    try:
        stripe_id = upload_evidence(
            contents, name=file.name, idempotency_key=f"{file.reference}-{file.tries}"
        )
    except GatewayUnauthorised:
        raise
    except GatewayUnavailable:
        # Stripe repeats its first answer to a key, an internal error of its own included. A file that came through
        # without its answer is named by nobody.
        row.update(tries=F("tries") + 1)
        raise
    except GatewayRefused as error:
        row.update(tries=F("tries") + 1)
        raise DisputeRefused(
            f"Stripe did not take the file “{file.name}”. Remove it, save it anew as a PDF, JPEG or PNG, add that, and "
            f"hand in again. Stripe said: {error}"
        ) from error
    row.update(stripe_id=stripe_id, uploaded_at=now)
    return stripe_id
