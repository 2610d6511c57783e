"""Recurring revenue of past days, so that no read tells all gifts: a cache that can be thrown away at any time."""
