"""The engagement prompt as a template tag, for articles that Django renders."""

from typing import Any

from django import template
from django.template import RequestContext
from django.utils import timezone

from membership.accounts.returns import address_of
from membership.checkout_pages.currencies import country_of
from membership.prompts.decision import PageContext
from membership.prompts.rendering import PromptView, prompt_view
from membership.supporters.queries import reader_for

register = template.Library()


@register.inclusion_tag("membership/prompts/prompt.html", takes_context=True)
def engagement_prompt(
    context: RequestContext, *, campaign: str, country: str = "", **page: Any
) -> dict[str, PromptView | None]:
    """Print the words that fit the reader, or nothing:

    `{% engagement_prompt slot="in-article" edition="uk" campaign="support" article=article.slug %}`

    What says where it stands are the fields of PageContext; `is_sensitive` or `is_opted_out` keep a page free of
    prompts. Without `country` the reader's own counts where the CDN names it, else the edition's.
    """
    request = context["request"]
    prompt = prompt_view(
        reader_for(request),
        PageContext(**{"address": address_of(request), **page}),
        campaign=campaign,
        country=country or country_of(request),
        now=timezone.now(),
    )
    return {"prompt": prompt}
