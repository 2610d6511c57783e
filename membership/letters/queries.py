from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from membership.letters.models import Letter, LetterState


def letters_due(now: datetime, *, kinds: Collection[str]) -> QuerySet[Letter]:
    """Return the letters of these kinds to send now that no sender holds, those that wait longest first."""
    return Letter.objects.filter(
        Q(claimed_until=None) | Q(claimed_until__lt=now),
        state=LetterState.DUE,
        due_at__lte=now,
        kind__in=kinds,
    ).order_by("due_at", "id")
