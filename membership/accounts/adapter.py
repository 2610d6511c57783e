"""What allauth asks of us: where a reader may be sent, how mails begin, and how second factors are kept."""

import base64
import hashlib
import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from anymail.exceptions import AnymailError
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from membership.accounts.models import User
from membership.accounts.returns import is_safe_return
from payments.entities.queries import site_entity

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def is_safe_url(self, url: str) -> bool:
        return is_safe_return(url)

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject as it is written: the newspaper's name is in the words, not in brackets."""
        return subject

    def send_notification_mail(self, template_prefix: str, user: User, **details: Any) -> None:
        """Tell a person by mail of a change to their account, which stands whether or not the mail goes out."""
        try:
            super().send_notification_mail(template_prefix, user, **details)
        except (OSError, AnymailError) as error:
            logger.warning("User %s was not told of a change: %s.", user, type(error).__name__)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Keeps the secrets of authenticator apps encrypted, so that a copy of the database is no second factor."""

    def get_totp_issuer(self) -> str:
        """Name an authenticator app's entry after the newspaper, also where no request is at hand."""
        entity = site_entity()
        return entity.trading_name if entity else str(urlsplit(settings.SITE_URL).hostname)

    def encrypt(self, text: str) -> str:
        return _ciphers().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _ciphers().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """Suggest a name for the next passkey."""
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"


def _ciphers() -> MultiFernet:
    """Return ciphers of the current secret key and, for rotation, of the ones before it."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"{__name__}:{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def display_name(user: User) -> str:
    """What a passkey chooser shows for this account."""
    return user.name or user.email
