"""The index of the admin pages: imports only."""
