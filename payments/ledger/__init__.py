"""The append-only double-entry ledger over Stripe's balance transactions."""
