"""Files that are uploaded to be evidence in a dispute: what Stripe takes of them, and what it says of them."""

import base64
from dataclasses import dataclass
from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid, missing
from tests.sandbox.engine.store import Document

PURPOSE = "dispute_evidence"
MOST_BYTES = 5 * 1024 * 1024
KEPT_SECONDS = 274 * 24 * 3600
"""Nine months; afterwards the object is still there and its contents are gone."""

_BEGINNINGS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a form brought it."""

    name: str
    contents: bytes


def create(account: Account, params: dict[str, Any]) -> Document:
    """`POST /v1/files`; the type is read from the contents, whatever the name says."""
    upload = params["file"]
    if not isinstance(upload, Upload):
        raise invalid("The file must be a part of the form with a name of its own.", param="file")
    if params["purpose"] != PURPOSE:
        raise StripeRefusal(
            f"This sandbox takes files of the purpose {PURPOSE} only.",
            code="sandbox_parameter_unsupported",
            param="purpose",
        )
    if not upload.contents:
        raise invalid("The file is empty.", param="file")
    if len(upload.contents) > MOST_BYTES:
        raise invalid(f"A file of the purpose {PURPOSE} may have up to 5 MB.", param="file")
    file_id = account.new_id("file")
    return account.store.put(
        {
            "id": file_id,
            "object": "file",
            "created": account.now(),
            "expires_at": account.now() + KEPT_SECONDS,
            "filename": upload.name,
            "links": {
                "object": "list",
                "data": [],
                "has_more": False,
                "url": f"/v1/file_links?file={file_id}",
            },
            "purpose": PURPOSE,
            "size": len(upload.contents),
            "title": None,
            "type": _type_of(upload.contents),
            "url": f"{account.base_url}/v1/files/{file_id}/contents",
            "_contents": base64.b64encode(upload.contents).decode(),
        }
    )


def contents(account: Account, file_id: str) -> bytes:
    """What was uploaded, until it expires."""
    document = account.store.get("file", file_id)
    if document is None or document["expires_at"] <= account.now():
        raise missing("file", file_id)
    return base64.b64decode(document["_contents"])


def must_be_evidence(account: Account, file_id: str, *, param: str) -> None:
    """Refuse the id of a file that is not there, or was not uploaded for a dispute."""
    document = account.store.get("file", file_id)
    if document is None or document["expires_at"] <= account.now():
        raise missing("file upload", file_id, param=param, status=400)


def _type_of(data: bytes) -> str:
    for beginning, kind in _BEGINNINGS.items():
        if data.startswith(beginning):
            return kind
    raise invalid(
        f"A file of the purpose {PURPOSE} must be a PDF, a JPEG or a PNG.",
        param="file",
    )
