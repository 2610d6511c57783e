"""Charts as SVG that the server draws: no script, and beside each the table of its numbers."""
