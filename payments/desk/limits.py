"""Up to which amount one person may give money back, or release it from a fund."""

from datetime import date

from payments.entities.models import LegalEntity
from payments.ledger.rates import in_currency


def refund_limit(entity: LegalEntity, currency: str, *, today: date) -> int | None:
    """Return the entity's limit in minor units of `currency`; None where no rate of the last ten days is known.

    The limit is kept in the entity's default currency and converted by the latest rate published on `today` or before.
    """
    return in_currency(
        entity.refund_approval_limit,
        source=entity.default_currency,
        target=currency,
        today=today,
    )


def release_limit(entity: LegalEntity, currency: str, *, today: date) -> int | None:
    """Return the entity's limit for releases as `refund_limit` does that for refunds."""
    return in_currency(
        entity.release_approval_limit,
        source=entity.default_currency,
        target=currency,
        today=today,
    )


def needs_second_person(amount: int, *, decided_alone: int, limit: int | None) -> bool:
    """Say whether somebody else must approve; all in minor units of one currency.

    `decided_alone` is what went back of the same payment, or out of the same fund lately, without a second person, so
    that a large amount in small parts is a large amount. Without a limit, for want of a rate, everything needs a second
    person.
    """
    return limit is None or decided_alone + amount > limit
