"""Checkouts: one attempt to give."""
