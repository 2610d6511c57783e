"""What each payer gave in each year, summed each hour, so that no report adds up all gifts."""
