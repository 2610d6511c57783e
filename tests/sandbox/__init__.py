"""A local peer that speaks Stripe's API over real HTTP, with state, for tests and for the demo."""
