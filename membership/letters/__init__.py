"""Letters: one email each, sent once."""
