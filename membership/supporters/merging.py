"""Two supporters that turned out to be one person."""

import logging

from membership.errors import MergeRefused
from membership.supporters.models import Supporter
from payments.customers.actions import assign_party
from payments.models import Customer

logger = logging.getLogger(__name__)


def merge_supporter(absorbed: Supporter, *, into: Supporter) -> None:
    """Move what `absorbed` gave to `into`; call it in a transaction that holds both rows.

    The absorbed row stays, with its consents, letters and status changes, so that every old id still leads somewhere.
    Raises MergeRefused when somebody else has proven the absorbed supporter's email.
    """
    if absorbed.user_id is not None or absorbed.email_verified_at is not None:
        raise MergeRefused("The other supporter has proven the email; a person must decide.")
    for customer_id in Customer.objects.filter(party=absorbed.reference).values_list(
        "pk", flat=True
    ):
        assign_party(customer_id, party=into.reference)
    absorbed.merged_into = into
    absorbed.status_due_at = absorbed.state_until = None
    absorbed.save(update_fields=["merged_into", "status_due_at", "state_until"])
    logger.info("Supporter %s was merged into %s.", absorbed.reference, into.reference)
