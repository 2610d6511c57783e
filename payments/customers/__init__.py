"""Customers: Stripe's payers."""
