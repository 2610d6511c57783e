"""Journals for the newspaper's accounting package: one per payout or day, in the package's own format."""
