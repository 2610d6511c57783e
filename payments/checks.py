"""Start-up checks of keys, versions, base address, triggers and libraries."""

from payments.receipts import checks as receipt_checks  # noqa: F401  imported for its registration
