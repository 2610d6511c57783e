"""The desk at which money of restricted funds is released: asked for, approved, booked, taken back."""
