"""Campaigns, funds and suggested amounts: what is asked for."""
