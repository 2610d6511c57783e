"""The facts that payments announces.

Each is a signal sent inside the transaction that wrote the fact, with ids only, so that a receiver's rows commit or
roll back with it. Send with `fact.send(sender=Model, **ids)`; receivers live in the two `receivers.py` files.
"""

from django.dispatch import Signal

payment_succeeded = Signal()
"""Payments settled for the first time. `payment_ids: list[int]`: those that were recorded together, since what
follows from a hundred costs little more than what follows from one."""

payment_failed = Signal()
"""A payment attempt failed. `payment_id: int`."""

payment_action_required = Signal()
"""A payment of a plan waits for its payer to confirm it at the bank. `payment_id: int`."""

payment_processing = Signal()
"""A payment was ordered and takes days to settle, as a bank debit does. `payment_id: int`."""

card_changed = Signal()
"""Other cards are on file for payers than before. `customer_ids: list[int]`."""

parties_changed = Signal()
"""Customers are known to be other people than before. `was: dict[int, UUID | None]`: who each was, by the customer's
id, None for nobody that was known."""

payment_refunded = Signal()
"""A refund changed how much of a payment stands, or went through. `payment_id: int, refund_id: int`."""

payment_returned = Signal()
"""A payer's bank took back a bank debit that had settled. `payment_id: int`."""

dispute_changed = Signal()
"""A dispute of a payment opened, was decided, or its money moved. `payment_id: int, dispute_id: int`."""

plan_changed = Signal()
"""A recurring plan started or changed. `plan_id: int, change_id: int`."""

receipt_issued = Signal()
"""A receipt or credit note has its stored PDF. `receipt_id: int`."""

statement_issued = Signal()
"""A yearly statement has its stored PDF. `statement_id: int`."""

payout_changed = Signal()
"""Payouts are new or changed at Stripe, and their lines may be due. `payout_ids: list[int]`."""

payout_reconciled = Signal()
"""Every line of a payout is known and their nets sum to it, or a person settled it. `payout_id: int`."""
