from django import template
from django.utils.translation import get_language, to_locale

from payments.money import Money

register = template.Library()


@register.filter
def money(minor: int, currency: str) -> str:
    """Print minor units as the active language writes them: `{{ payment.amount|money:payment.currency }}`."""
    return Money(minor, currency).format(active_locale())


def active_locale() -> str:
    """Return the active language as a tag with its region, for instance en-GB."""
    return babel_locale().replace("_", "-")


def babel_locale() -> str:
    """Return the active language as Babel spells it, for instance en_GB."""
    return to_locale(get_language() or "en-gb")
