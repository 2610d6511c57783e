from payments.entities.models import LegalEntity


def zone_of(slug: str) -> str:
    """Return the time zone in which an entity's days begin and end."""
    return LegalEntity.objects.values_list("time_zone", flat=True).get(slug=slug)


def site_entity() -> LegalEntity | None:
    """Return whose name and imprint stand on pages that belong to no campaign; None before the set-up.

    With several legal entities the first one names the site.
    """
    return LegalEntity.objects.order_by("id").first()
