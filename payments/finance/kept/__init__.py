"""What a locked month exports, kept when it was locked: the same bytes for everybody, for good."""
