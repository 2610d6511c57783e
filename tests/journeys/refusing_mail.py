"""A mail server that refuses every address and says which, as real ones do."""

import smtplib
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        refused = {
            address: (550, f"5.1.1 <{address}>: unknown user".encode())
            for message in email_messages
            for address in message.to
        }
        raise smtplib.SMTPRecipientsRefused(refused)
