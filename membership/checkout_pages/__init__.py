"""The donation page, the thank-you page and the way to Stripe's checkout."""
