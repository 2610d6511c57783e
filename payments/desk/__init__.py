"""The desk at which staff give money back and answer disputes: asked for, approved, told to Stripe, written down."""
