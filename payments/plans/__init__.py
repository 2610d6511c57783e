"""Recurring plans: standing gifts."""
