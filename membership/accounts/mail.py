"""The one mail that signing in needs. It goes out at once: the reader is waiting for it."""

import logging

from allauth.account.adapter import get_adapter
from anymail.exceptions import AnymailError

from membership.accounts.actions import IssuedCode
from membership.accounts.codes import spaced
from membership.accounts.errors import CodeNotSent

logger = logging.getLogger(__name__)


def send_code(issued: IssuedCode) -> None:
    """Mail the code to the address that it will prove; raises CodeNotSent.

    It does not pass through the letters' outbox or a task, which would keep the code in a row or in the broker.
    """
    try:
        get_adapter().send_mail(
            "account/email/login_code", issued.email, {"code": spaced(issued.code)}
        )
    except (OSError, AnymailError) as error:
        # The error's own words may hold the address.
        logger.warning("A sign-in code was not sent: %s.", type(error).__name__)
        raise CodeNotSent from error
