"""The start-up check of the libraries that draw receipts."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from payments.receipts.libraries import install_command, missing_libraries


@register("receipts")
def receipt_libraries_are_installed(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[CheckMessage]:
    """Fail before the first receipt does, and say what to type."""
    missing = missing_libraries()
    if not missing:
        return []
    names = ", ".join(library.name for library in missing)
    return [
        Error(
            f"Receipts cannot be drawn: {names} cannot be loaded.",
            hint=f"On Debian or Ubuntu: {install_command(missing)}",
            id="payments.receipts.E001",
        )
    ]
