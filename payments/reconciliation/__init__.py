"""Payouts, the bank's statement lines, and whether they agree with the books to the penny."""
