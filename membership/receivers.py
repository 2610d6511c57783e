"""What happens after a fact: each receiver calls one action and one nudge."""
