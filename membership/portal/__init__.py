"""My support: a supporter's own pages."""
