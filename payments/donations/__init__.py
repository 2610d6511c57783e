"""Donations, payments and refunds: what was given."""
