from payments.entities.models import LegalEntity


def newspaper_name() -> str:
    """Return the name in the masthead of pages that belong to no campaign; empty before the set-up.

    With several legal entities the first one names the site.
    """
    return LegalEntity.objects.order_by("id").values_list("trading_name", flat=True).first() or ""
