from django import template
from django.template.context import Context

from payments.entities.queries import newspaper_name as find_newspaper_name

register = template.Library()


@register.simple_tag(takes_context=True)
def newspaper_name(context: Context) -> str:
    """The newspaper's name for the frame of a page; a page that knows its entity overrides the
    block instead.

    Asked for once a page, however often the page says it.
    """
    memory = context.render_context
    if "newspaper_name" not in memory:
        memory["newspaper_name"] = find_newspaper_name()
    return str(memory["newspaper_name"])
