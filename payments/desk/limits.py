"""Up to which amount one person may give money back."""

from datetime import date

from payments.entities.models import LegalEntity
from payments.ledger.rates import converted, rate_on


def refund_limit(entity: LegalEntity, currency: str, *, today: date) -> int | None:
    """Return the entity's limit in minor units of `currency`; None where no rate of the last ten days is known.

    The limit is kept in the entity's default currency and converted by the latest rate published on `today` or before.
    """
    limit = entity.refund_approval_limit
    if currency == entity.default_currency:
        return limit
    rate = rate_on(currency, entity.default_currency, today)
    if rate is None:
        return None
    return converted(limit, rate=rate.rate, source=entity.default_currency, target=currency)


def needs_second_person(amount: int, *, decided_alone: int, limit: int | None) -> bool:
    """Say whether somebody else must approve a refund; all in minor units of one currency.

    `decided_alone` is what went back of the same payment without a second person, so that a large refund in small
    parts is a large refund. Without a limit, for want of a rate, everything needs a second person.
    """
    return limit is None or decided_alone + amount > limit
