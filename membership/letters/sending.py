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

from membership.letters.actions import (
    claim_letters,
    give_up,
    mark_sent,
    postpone,
    release,
    withhold,
)
from membership.letters.catalogue import Stream
from membership.letters.compose import compose
from membership.letters.models import Letter
from membership.letters.refusals import SENDING_ERRORS, Refusal, describe, judge
from membership.letters.withholding import why_outdated, why_unreachable

logger = logging.getLogger(__name__)


def send_due(*, now: datetime, stream: Stream = Stream.TRANSACTIONAL) -> Counter[str]:
    """Send a stream's due letters until none is left or the mail is down; returns how many had which outcome."""
    outcomes: Counter[str] = Counter()
    while letters := claim_letters(now=now, stream=stream):
        with closing(mail.get_connection()) as connection:
            for position, letter in enumerate(letters):
                outcome = _send(letter, connection, now=now)
                outcomes[outcome] += 1
                if outcome == Refusal.MAIL_DOWN.value:
                    release(letters[position + 1 :])
                    return outcomes
    return outcomes


def _send(letter: Letter, connection: BaseEmailBackend, *, now: datetime) -> str:
    """Send one letter, write what came of it and say it in a word."""
    try:
        if reason := why_outdated(letter, now=now):
            return _withhold(letter, reason)
        message = compose(letter)
        if reason := why_unreachable(message.to[0]):
            return _withhold(letter, reason)
        try:
            connection.open()
            connection.send_messages([message])
        except SENDING_ERRORS as error:
            return _note(letter, error, now=now).value
    except Exception:
        logger.exception("Letter %s cannot be sent as it is.", letter.reference)
        postpone(letter, error="A fault of ours; the log says which.", now=now)
        return Refusal.FOR_NOW.value
    mark_sent(letter, now=now)
    return "sent"


def _withhold(letter: Letter, reason: str) -> str:
    logger.info("Letter %s is withheld: %s", letter.reference, reason)
    withhold(letter, reason=reason)
    return "withheld"


def _note(letter: Letter, error: Exception, *, now: datetime) -> Refusal:
    refusal, reason = judge(error), describe(error)
    logger.warning("Letter %s was refused %s: %s.", letter.reference, refusal.value, reason)
    if refusal == Refusal.FOR_GOOD:
        give_up(letter, error=reason)
    else:
        postpone(letter, error=reason, now=now)
    return refusal
