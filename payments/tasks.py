"""The index of the tasks, found by Celery: imports only."""
