"""A supporter's answers about contact: each new answer is a record of its own, the latest holds."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from membership.supporters.consent_texts import CONSENT_TEXTS, TEXT_VERSION
from membership.supporters.models import ConsentPurpose, ConsentRecord, Supporter
from membership.supporters.queries import consents_of


def answers_of(supporter: Supporter) -> dict[str, ConsentRecord]:
    """Return the answer that holds for each purpose that the supporter was ever asked about."""
    return {record.purpose: record for record in consents_of(supporter)}


@transaction.atomic
def record_answers(
    supporter: Supporter, *, granted: Collection[ConsentPurpose], source: str, now: datetime
) -> int:
    """Record that the supporter agrees to exactly these purposes; returns how many answers are new.

    One that says what holds already is not recorded again, so sending the page twice changes nothing.
    """
    Supporter.objects.select_for_update().get(pk=supporter.pk)
    held = answers_of(supporter)
    new = [
        ConsentRecord(
            supporter=supporter,
            purpose=asked.purpose,
            granted=asked.purpose in granted,
            text=asked.text,
            text_version=TEXT_VERSION,
            source=source,
            recorded_at=now,
        )
        for asked in CONSENT_TEXTS
        if (asked.purpose in granted) != (asked.purpose in held and held[asked.purpose].granted)
    ]
    ConsentRecord.objects.bulk_create(new)
    return len(new)
