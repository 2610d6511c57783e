from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser

from payments.audit.models import AuditEntry

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about: the kind of object, the reference it is shown by, and its facts around the action.

    The facts are JSON values that name nobody; what did not change may be left out of both.
    """

    type: str
    reference: str
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)


def record_audit(
    action: str,
    subject: Subject,
    *,
    actor: AbstractBaseUser | None,
    now: datetime,
    reason: str = "",
) -> AuditEntry:
    """Write down one action, in the transaction that it happens in, so that neither is there without the other.

    `actor` is None where a rule or Stripe acted. The row is never changed again, except that its reason may
    be emptied: the database refuses all else.
    """
    return AuditEntry.objects.create(
        actor_id=actor.pk if actor is not None else None,
        action=action,
        object_type=subject.type,
        object_reference=subject.reference,
        before=dict(subject.before),
        after=dict(subject.after),
        reason=reason.strip(),
        at=now,
    )
