"""The queue of exceptions as people work it down: grouped by kind, oldest first, each settled with a note."""
