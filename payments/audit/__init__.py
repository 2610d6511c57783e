"""Who did what with money, from what to what, and why."""
