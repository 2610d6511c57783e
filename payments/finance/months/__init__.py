"""The months of the books: closed by one person, locked by another, and then unchanged for good."""
