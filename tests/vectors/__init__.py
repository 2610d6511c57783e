"""The cases that both evaluators of prompts must answer alike, and the fuzz that compares them on many more."""
