"""Who sees which prompt, and why: pure rules over a published bundle and the context of one page view."""
