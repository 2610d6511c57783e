"""What Stripe takes as a file of evidence, told by the bytes and not by the name. Pure."""

import re
from dataclasses import dataclass

from payments.errors import EvidenceFileRefused

# Stripe's guide to file uploads: 5 MB for each; its guide to evidence: 4.5 MB for all that one bank reads.
MOST_BYTES = 5_000_000
MOST_BYTES_TOGETHER = 4_500_000

_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
# How far from its end a file's own end mark may stand: some programs write on after it.
_TAIL = 2048


@dataclass(frozen=True, slots=True)
class FileType:
    """One type with the bytes that it begins with and those that stand near its end."""

    content_type: str
    beginning: bytes
    end: bytes


_TYPES = (
    FileType("application/pdf", b"%PDF-", b"%%EOF"),
    FileType("image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
    FileType("image/png", b"\x89PNG\r\n\x1a\n", b"IEND"),
)


def checked_type(contents: bytes, name: str) -> str:
    """Return the media type of a file that Stripe takes; raises EvidenceFileRefused for another, with what to do."""
    if not contents:
        raise EvidenceFileRefused(f"“{name}” is empty. Choose the file again.")
    if len(contents) > MOST_BYTES:
        raise EvidenceFileRefused(
            f"“{name}” has {megabytes(len(contents))}; Stripe takes at most {megabytes(MOST_BYTES)}. "
            "Attach only the pages that matter, or an image of less quality."
        )
    found = next((each for each in _TYPES if contents.startswith(each.beginning)), None)
    if found is None:
        raise EvidenceFileRefused(
            f"“{name}” is neither a PDF, a JPEG nor a PNG. Save or print it as a PDF and attach that."
        )
    if found.end not in contents[-_TAIL:]:
        raise EvidenceFileRefused(
            f"“{name}” breaks off before its end. Save it again and attach that."
        )
    if found.content_type == "application/pdf" and _ENCRYPTED.search(contents):
        raise EvidenceFileRefused(
            f"“{name}” is protected, so that the bank could not read it. Save it without a password."
        )
    return found.content_type


def check_together(sizes: list[int]) -> None:
    """Raise EvidenceFileRefused where files of these sizes, in bytes, are too much for one answer."""
    if (total := sum(sizes)) > MOST_BYTES_TOGETHER:
        raise EvidenceFileRefused(
            f"All files together have {megabytes(total)}; banks take at most {megabytes(MOST_BYTES_TOGETHER)}. "
            "Remove one, or attach a smaller one in its place."
        )


def megabytes(size: int) -> str:
    """Return a size in bytes as people read it."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(size // 1000, 1)} kB"
