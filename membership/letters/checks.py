"""A start-up check: what becomes of mail is of use only where its reports are believed."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004  Django's own name

from membership.letters.provider_views import is_guarded, provider_view


@register(Tags.security)
def mail_reports_are_guarded(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Warn where a mail provider's reports of bounces and complaints are refused for want of a secret."""
    view = provider_view()
    if view is None or is_guarded(view):
        return []
    return [
        Warning(
            "The mail provider's reports are not taken: anybody could send them.",
            hint='Add "WEBHOOK_SECRET": "user:password" to ANYMAIL, and both to the address at the provider.',
            id="membership.W001",
        )
    ]
