from payments.entities.models import LegalEntity


def site_entity() -> LegalEntity | None:
    """Return whose name and imprint stand on pages that belong to no campaign; None before the set-up.

    With several legal entities the first one names the site.
    """
    return LegalEntity.objects.order_by("id").first()
