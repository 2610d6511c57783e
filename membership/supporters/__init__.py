"""Supporters, their consents and their status."""
