"""What each payer gave in each year, summed by night, so that no report adds up all gifts."""
