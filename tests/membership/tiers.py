"""Tiers of a newspaper, for tests of who has which."""

from membership.models import Benefit, Supporter, Tier, TierAmount, TierChange, TierStanding
from membership.supporters.attaching import attach_payment
from membership.tiers.actions import apply_changed_tiers, mark_tiers_due, refresh_due_tiers
from payments.models import Payment
from tests.factories import NOON
from tests.membership.givers import recurring_payment


def make_tiers() -> tuple[Tier, Tier]:
    """Friends give £5 a month, patrons £20; each has a benefit of its own, and nobody's tier is due for it."""
    tiers = []
    for rank, (name, amount, benefit) in enumerate(
        [
            ("Friend", 500, "A letter from the editor each month"),
            ("Patron", 2000, "An evening in the newsroom each year"),
        ]
    ):
        tier = Tier.objects.create(
            key=name.lower(), name=name, rank=rank, grace_days=30, changed_at=NOON, applied_at=NOON
        )
        TierAmount.objects.create(tier=tier, currency="GBP", amount=amount)
        Benefit.objects.create(tier=tier, key=f"{tier.key}-benefit", text=benefit)
        tiers.append(tier)
    return tiers[0], tiers[1]


def derive_tier_of(supporter: Supporter, *, cause: str = "test", now: object = NOON) -> Supporter:
    """Derive a supporter's tier from the rows as they are."""
    mark_tiers_due([supporter.reference], cause=cause, now=now)
    apply_changed_tiers(now=now)
    refresh_due_tiers(limit=99, now=now)
    supporter.refresh_from_db()
    return supporter


def monthly_supporter(amount: int = 500) -> tuple[Supporter, Payment]:
    payment = recurring_payment()
    payment.amount = amount
    payment.save()
    return attach_payment(payment.pk, now=NOON), payment


def tier_of(supporter: Supporter) -> str | None:
    standing = TierStanding.objects.select_related("tier").get(supporter=supporter)
    return standing.tier.key if standing.tier else None


def changes() -> list[tuple[str, str, str]]:
    rows = TierChange.objects.select_related("from_tier", "to_tier")
    return [(str(row.from_tier), str(row.to_tier), row.cause) for row in rows]
