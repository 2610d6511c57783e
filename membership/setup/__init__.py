"""From an empty, migrated database to a newspaper's first live campaign."""
