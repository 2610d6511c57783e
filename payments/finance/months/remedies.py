"""What to do about whatever keeps a month open: a sentence for each identity and each kind of exception."""

_AUDIT = "Audit the month against Stripe (Finance, Audits), which finds the line, and repair what it finds."
_RESTORE = "Rows of the books were changed beneath them: have whoever runs the site restore those from a backup."

OF_CHECKS = {
    "Debits less credits": _RESTORE,
    "Gift register less ledger": _AUDIT,
    "Stripe clearing less Stripe's balance": _AUDIT,
    "Payouts less their lines": _AUDIT,
    "Releases of funds less ledger": _RESTORE,
    "Lines of Stripe's ledger without a posting": _RESTORE,
    "Days whose sums are not those of their lines": (
        "The lines are right, and the sums are made again every week; whoever runs the site can do so at once."
    ),
}
OF_EXCEPTIONS = {
    "payout": "Open it, and settle it with a note once you know why.",
    "bank line": "Match it with its payout, or set it aside with a note.",
    "payout not at the bank": (
        "Upload the statement that shows it, ask the bank or Stripe where it is, or say in a note why it is in order."
    ),
    "payment without line": _AUDIT,
    "fund release": "Whoever asked for it does not decide.",
    "suspense": "Find out at Stripe what it is, and have it booked or say so in a note.",
    "stripe balance": _AUDIT,
    "exchange rates": "They come with manage.py import_rates.",
    "drift": "Audit the same days again with repairs, or say in a note why it is in order.",
}


def remedy_of(kind: str) -> str:
    """Return what to do about an exception of a kind."""
    return OF_EXCEPTIONS.get(
        kind, "Settle it where it leads to, or say in a note why it is in order."
    )
