"""The facts that membership announces: signals sent inside the transaction of the fact, as in payments.events."""

from django.dispatch import Signal

supporters_merged = Signal()
"""Two supporters turned out to be one person. `supporter_id: int, absorbed_id: int`."""

reminder_asked = Signal()
"""Somebody asked for a reminder, and the letter that asks whose the address is is due. `reminder_id: int`."""

email_changed = Signal()
"""A supporter proved another address than before. `supporter_id: int, former: str`, the address until then."""
