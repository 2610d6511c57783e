"""Selections of a report that people keep under a name, for themselves or for the desk."""
