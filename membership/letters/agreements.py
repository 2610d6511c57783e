"""What the confirmation of a recurring gift says, frozen when the gift begins."""

from typing import Any

from membership.letters.plan_values import plan_values
from payments.models import RecurringPlan


def agreement_context(plan: RecurringPlan) -> dict[str, Any]:
    """Return both parties, the amount, the dates and the terms that the reader accepted.

    Those are the checkout's own, whatever the entity says by now; a plan that came without one has the entity's.
    """
    entity, checkout = plan.entity, plan.checkout
    agreed_to = checkout if checkout and checkout.mandate_terms else entity
    return {
        **plan_values(plan),
        "statement_descriptor": entity.statement_descriptor,
        "terms": agreed_to.mandate_terms,
        "terms_version": agreed_to.mandate_version,
    }
