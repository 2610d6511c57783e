"""Everything money does: gifts, plans, Stripe, the ledger, receipts and the finance desk."""
