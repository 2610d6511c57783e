"""What the desk puts into the queue of exceptions; imported when the apps are ready."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from payments.desk.releases.queries import releases
from payments.entities.models import LegalEntity
from payments.ledger.release_models import ReleaseState
from payments.periods import midnight
from payments.reconciliation.exceptions import ExceptionRow, exception_source

_MOST = 500


@exception_source("fund release")
def waiting_releases(entity: LegalEntity, now: datetime) -> Iterable[ExceptionRow]:
    """Releases that nobody decided yet: their month is not complete without them."""
    waiting = releases().filter(fund__entity=entity, state=ReleaseState.WAITING).order_by("id")
    for release in waiting[:_MOST]:
        yield ExceptionRow(
            kind="fund release",
            key=str(release),
            title=f"Release from {release.fund}",
            since=midnight(release.released_on, entity.time_zone),
            reason="It waits for a second person: approve or decline it.",
            currency=release.currency,
            amount=release.amount,
            link=reverse("payments:fund_release", args=[release.reference]),
        )
