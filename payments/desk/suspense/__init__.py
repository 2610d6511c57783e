"""What nobody has said what it is: a line of Stripe's in suspense, and the account that a person books it to."""
