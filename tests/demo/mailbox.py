"""The mail that the demo sent: files in settings.EMAIL_FILE_PATH, read back."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

from membership.models import Letter

# What Django's file backend writes after each message.
_END = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Mail:
    """One message, and the file that it is in; `id` names it in addresses."""

    id: str
    path: Path
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def sender(self) -> str:
        return str(self.message["From"])

    @property
    def recipient(self) -> str:
        return str(self.message["To"])

    @property
    def sent_at(self) -> datetime:
        return parsedate_to_datetime(str(self.message["Date"])).astimezone(UTC)

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def attachments(self) -> list[Attachment]:
        return [
            Attachment(
                part.get_filename() or "attachment",
                part.get_content_type(),
                part.get_payload(decode=True),
            )
            for part in self.message.iter_attachments()
        ]

    def _body(self, kind: str) -> str:
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part else ""


def read_mailbox() -> list[Mail]:
    """Return every mail, newest first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    mails = [mail for path in sorted(folder.glob("*.log")) for mail in _read(path)]
    return sorted(mails, key=lambda mail: mail.sent_at, reverse=True)


def find_mail(mail_id: str) -> Mail | None:
    return next((mail for mail in read_mailbox() if mail.id == mail_id), None)


def newest_mail_to(address: str, letter: Letter) -> Path | None:
    """Return the file in which `letter` to `address` arrived, or None while it has not."""
    for mail in read_mailbox():
        if address in mail.recipient and mail.message["Message-ID"] == letter.message_id:
            return mail.path
    return None


def _read(path: Path) -> Iterator[Mail]:
    # A file that is being written ends without its rule: the part after the last one is not whole yet.
    for position, raw in enumerate(path.read_bytes().split(_END)[:-1]):
        name = hashlib.sha256(f"{path.name} {position}".encode()).hexdigest()[:16]
        yield Mail(name, path, message_from_bytes(raw, policy=default))
