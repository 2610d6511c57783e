"""The only code that speaks to Stripe; what it returns are frozen dataclasses."""
