"""Send what is due, outside any transaction.

A letter leaves at least once: should the process die after the mail server took a letter and before the row says so,
the claim runs out and it is sent again under the same Message-ID, by which mailboxes recognise a duplicate. SMTP offers
nothing better; each letter is marked right after it left to keep that moment short.
"""

import logging
from collections import Counter
from contextlib import closing
from datetime import datetime

from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from membership.letters.actions import claim_letters, give_up, mark_sent, postpone, release
from membership.letters.compose import compose
from membership.letters.models import Letter
from membership.letters.refusals import SENDING_ERRORS, Refusal, describe, judge

logger = logging.getLogger(__name__)


def send_due(*, now: datetime) -> Counter[str]:
    """Send due letters until none is left or the mail is down; returns how many had which outcome."""
    outcomes: Counter[str] = Counter()
    while letters := claim_letters(now=now):
        with closing(mail.get_connection()) as connection:
            for position, letter in enumerate(letters):
                refusal = _send(letter, connection, now=now)
                outcomes[refusal.value if refusal else "sent"] += 1
                if refusal == Refusal.MAIL_DOWN:
                    release(letters[position + 1 :])
                    return outcomes
    return outcomes


def _send(letter: Letter, connection: BaseEmailBackend, *, now: datetime) -> Refusal | None:
    """Send one letter and write what came of it; None when it left."""
    try:
        message = compose(letter)
        try:
            connection.open()
            connection.send_messages([message])
        except SENDING_ERRORS as error:
            return _note(letter, error, now=now)
    except Exception:
        logger.exception("Letter %s cannot be sent as it is.", letter.reference)
        postpone(letter, error="A fault of ours; the log says which.", now=now)
        return Refusal.FOR_NOW
    mark_sent(letter, now=now)
    return None


def _note(letter: Letter, error: Exception, *, now: datetime) -> Refusal:
    refusal, reason = judge(error), describe(error)
    logger.warning("Letter %s was refused %s: %s.", letter.reference, refusal.value, reason)
    if refusal == Refusal.FOR_GOOD:
        give_up(letter, error=reason)
    else:
        postpone(letter, error=reason, now=now)
    return refusal
