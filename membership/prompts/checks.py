"""A start-up check: prompts can be signed."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from membership.prompts.signing import public_key


@register(Tags.security)
def prompts_can_be_signed(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Refuse to start with a PROMPT_SIGNING_KEY that browsers could not verify."""
    try:
        public_key()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="membership.E001")]
    return []
