"""Reminders that readers ask for: one letter in a month they choose, after they confirmed their address."""
