"""The editors' desk: pages on which prompts are written, reviewed, published, taken back and stopped."""
