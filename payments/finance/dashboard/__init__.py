"""What the finance desk opens with: a month's figures, each of which leads to the rows that it is the sum of."""
