"""What people gave in a newspaper's own years, counted and listed by the database from sums by payer and year."""
