"""Prompt events, counted without knowing any reader, and honest results in money."""
