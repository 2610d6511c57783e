"""Engagement prompts in articles."""
