"""Stripe's events: received once, stored, drained in batches."""
