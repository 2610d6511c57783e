"""What Stripe does, as plain functions over documents: no HTTP, no threads."""
