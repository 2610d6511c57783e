"""Legal entities: who receives the money."""
