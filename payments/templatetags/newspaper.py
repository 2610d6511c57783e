from django import template

from payments.entities.queries import newspaper_name as find_newspaper_name

register = template.Library()


@register.simple_tag
def newspaper_name() -> str:
    """The newspaper's name for the frame of a page; a page that knows its entity overrides the
    block instead.
    """
    return find_newspaper_name()
