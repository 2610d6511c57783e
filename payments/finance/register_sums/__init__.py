"""What the gift register comes to on each day that is past, so that no page adds up a year of gifts: a cache."""
