from django import template
from django.utils.translation import get_language, to_locale

from payments.money import Money

register = template.Library()


@register.filter
def money(minor: int, currency: str) -> str:
    """Print an amount of minor units as the active language writes it: `{{
    checkout.total|money:checkout.currency }}`.
    """
    return Money(minor, currency).format(active_locale())


def active_locale() -> str:
    """Return the active language as a locale that Babel knows, en_GB where none is active."""
    return to_locale(get_language() or "en-gb")
