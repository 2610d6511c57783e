"""Privacy requests: a person goes, the books stay."""
