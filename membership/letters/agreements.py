"""What the confirmation of a recurring gift says, frozen when the gift begins."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.urls import reverse

from payments.models import RecurringPlan
from payments.periods import civil_date
from payments.receipts.content import issuer_of
from payments.receipts.words import Words


def agreement_context(plan: RecurringPlan) -> dict[str, Any]:
    """Return both parties, the amount, the dates and the terms that the reader accepted.

    Those are the checkout's own, whatever the entity says by now; a plan that came without one has the entity's.
    """
    entity, checkout = plan.entity, plan.checkout
    words = Words.for_reader(checkout.locale if checkout else "")
    agreed_to = checkout if checkout and checkout.mandate_terms else entity
    payer = checkout or plan.customer
    next_at = plan.current_period_end_at
    return {
        "locale": words.locale,
        "issuer": asdict(issuer_of(entity)),
        "payer_name": payer.name,
        "payer_email": payer.email,
        "amount": words.amount(plan.amount + plan.fee_cover, plan.currency),
        "fee_cover": words.amount(plan.fee_cover, plan.currency) if plan.fee_cover else "",
        "frequency": words.frequency(plan.frequency).lower(),
        "started_on": words.day(civil_date(plan.started_at, entity.time_zone)),
        "next_on": words.day(civil_date(next_at, entity.time_zone)) if next_at else "",
        "statement_descriptor": entity.statement_descriptor,
        "terms": agreed_to.mandate_terms,
        "terms_version": agreed_to.mandate_version,
        "manage_url": settings.SITE_URL + reverse("membership:my_support"),
    }
