"""Take a line out of suspense because a person knows what it is."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from payments.audit.actions import Subject, record_audit
from payments.ledger.accounts import LedgerAccount
from payments.ledger.corrections import explain_suspense
from payments.ledger.models import LedgerPosting


@transaction.atomic
def book_out_of_suspense(
    posting: LedgerPosting,
    *,
    account: LedgerAccount,
    reason: str,
    actor: AbstractBaseUser,
    now: datetime,
) -> LedgerPosting:
    """Move what a line left in suspense to `account`, and write down who did; the line's own posting stays.

    Raises InvalidTransition when nothing of it is in suspense, as after somebody else's explanation.
    """
    correction = explain_suspense(posting.pk, account=account, reason=reason, by=actor, now=now)
    line = posting.balance_transaction
    assert line is not None  # noqa: S101  only lines of Stripe's are in suspense
    record_audit(
        "suspense_explained",
        Subject(
            "balance_transaction",
            line.stripe_id,
            before={"account": LedgerAccount.SUSPENSE.value},
            after={"account": account.value},
        ),
        actor=actor,
        now=now,
        reason=reason,
    )
    return correction
