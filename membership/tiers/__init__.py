"""Membership tiers: levels that giving earns, and the benefits that come with them."""
