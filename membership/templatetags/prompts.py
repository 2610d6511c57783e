"""Engagement prompts as template tags, for articles that Django renders."""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.template import RequestContext
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from membership.accounts.returns import address_of
from membership.checkout_pages.currencies import country_of
from membership.prompts.deciding import decide
from membership.prompts.reader_contexts import context_for
from membership.prompts.rendering import PromptView, prompt_views
from membership.prompts.rules.context import Page
from membership.prompts.signing import public_key
from membership.supporters.queries import reader_for

register = template.Library()


@register.inclusion_tag("membership/prompts/prompt.html", takes_context=True)
def engagement_prompt(  # noqa: PLR0913  what a page says of itself
    context: RequestContext,
    *,
    slot: str,
    edition: str,
    article: str = "",
    section: str = "",
    tags: Iterable[str] = (),
    type: str = "article",  # noqa: A002  the name by which pages say it everywhere
    sensitive: bool = False,
    opt_out: bool = False,
    country: str = "",
    region: str = "",
) -> dict[str, PromptView | None]:
    """Print the words that fit the reader, or nothing:

    `{% engagement_prompt slot="in-article" edition="uk" article=article.slug section=article.section %}`

    The fields are the page's metadata as docs/prompts.md names them. Without `country` the reader's own counts where
    the CDN names it; unknown, the edition's. The page's history is not known here, so that caps hold nobody back.
    """
    request = context["request"]
    now = timezone.now()
    page = Page(article, edition, section, frozenset(tags), type, sensitive, opt_out, (slot,))
    view = context_for(
        reader_for(request), page, country=country or country_of(request), region=region, now=now
    )
    (prompt,) = prompt_views(decide(view, now=now), back_to=address_of(request))
    return {"prompt": prompt}


@register.simple_tag
def prompt_script() -> SafeString:
    """Print the one script tag by which any page decides on its prompts in the browser."""
    return format_html(
        '<script src="{}" defer data-site="{}" data-key="{}"></script>',
        static("membership/prompts.js"),
        settings.SITE_URL,
        public_key(),
    )
