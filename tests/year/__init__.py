"""A newspaper's year at the Stripe sandbox: who gives, what happens to their gifts, and whether the books add up."""
