"""Sums of days that are past, so that no read adds up all books: a cache that can be thrown away at any time."""
