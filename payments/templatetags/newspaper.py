from django import template
from django.template.context import Context

from payments.entities.models import LegalEntity
from payments.entities.queries import site_entity

register = template.Library()


@register.simple_tag(takes_context=True)
def newspaper_name(context: Context) -> str:
    """The newspaper's name for the frame of a page; a page that knows its entity overrides the block
    instead.
    """
    entity = _remembered(context)
    return entity.trading_name if entity else ""


@register.inclusion_tag("payments/imprint.html", takes_context=True)
def newspaper_imprint(context: Context) -> dict[str, object]:
    """Who publishes the site and whom to ask, for the foot of a page that belongs to no campaign."""
    return {"entity": _remembered(context)}


def _remembered(context: Context) -> LegalEntity | None:
    """Return the site's entity, asked for at most once a page: a view that has read it hands it over."""
    memory = context.render_context
    if "site_entity" not in memory:
        memory["site_entity"] = context.get("site_entity") or site_entity()
    entity: LegalEntity | None = memory["site_entity"]
    return entity
