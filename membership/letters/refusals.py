"""What a failed sending means for the letter and for the rest of the batch."""

from enum import Enum
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException

from anymail.exceptions import AnymailError, AnymailInvalidAddress, AnymailRecipientsRefused

# Everything that a mail backend raises about the mail rather than about our code.
SENDING_ERRORS = (SMTPException, AnymailError, OSError, ValueError)


class Refusal(Enum):
    FOR_GOOD = "for good"  # The address or the message will never be taken.
    FOR_NOW = "for now"  # This letter is put off; others may go.
    MAIL_DOWN = "mail down"  # Nothing goes at the moment.


def judge(error: Exception) -> Refusal:
    """Tell a dead address from a busy server; what says nothing of this letter counts as the mail being down."""
    if isinstance(error, SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return Refusal.FOR_GOOD if codes and min(codes) >= 500 else Refusal.FOR_NOW
    if isinstance(error, SMTPDataError):
        return Refusal.FOR_GOOD if error.smtp_code >= 500 else Refusal.FOR_NOW
    if isinstance(error, AnymailRecipientsRefused | AnymailInvalidAddress):
        return Refusal.FOR_GOOD
    if isinstance(error, ValueError):
        # Django's word for an address that cannot be put on an envelope.
        return Refusal.FOR_GOOD
    return Refusal.MAIL_DOWN


def describe(error: Exception) -> str:
    """Return what staff and logs may see: never the server's own words, which tend to hold the address."""
    if isinstance(error, SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    if isinstance(error, SMTPRecipientsRefused):
        codes = sorted(str(code) for code, _ in error.recipients.values())
        return f"{type(error).__name__} {' '.join(codes)}"
    return type(error).__name__
