"""The statements of a tax year that is over, for everyone who gave in it, drawn up without being asked."""

import logging
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from payments.donations.models import Payment
from payments.entities.models import LegalEntity
from payments.receipts.models import Statement
from payments.receipts.statements import issue_statements
from payments.receipts.tax_years import tax_year_of

logger = logging.getLogger(__name__)

# For so long after its end a year is looked at: long enough for any outage of ours.
_LOOKED_AT_FOR = timedelta(days=45)
_BATCH = 200


def issue_for_ended_years(*, now: datetime) -> int:
    """Issue for a batch of people whose statement of the last tax year is missing; returns for how many."""
    done = 0
    for entity in LegalEntity.objects.order_by("pk"):
        ended = tax_year_of(entity, tax_year_of(entity, now).period.starts_at - timedelta(days=1))
        if now - ended.period.ends_at > _LOOKED_AT_FOR:
            continue
        issued = Statement.objects.filter(
            party=OuterRef("donation__customer__party"), entity=entity, tax_year=ended.began_in
        )
        parties = (
            Payment.objects.filter(
                donation__entity=entity,
                status__in=Payment.SETTLED,
                succeeded_at__gte=ended.period.starts_at,
                succeeded_at__lt=ended.period.ends_at,
            )
            .exclude(donation__customer__party=None)
            .exclude(donation__customer__erased_at__isnull=False)
            .filter(~Exists(issued))
            .order_by("donation__customer__party")
            .values_list("donation__customer__party", flat=True)
            .distinct()
        )
        for party in parties[:_BATCH]:
            if party is not None:
                issue_statements(party, now=now)
                done += 1
    return done
