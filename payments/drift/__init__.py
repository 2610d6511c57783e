"""The audit of our books against Stripe's own lists: what is missing, different or extra, and its repair."""
