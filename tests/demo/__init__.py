"""The demo: a newspaper, its readers and its staff, on one machine."""
