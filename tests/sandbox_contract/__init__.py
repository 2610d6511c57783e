"""Proof that the sandbox is honest: driven by stripe-python, held against the SDK's own types."""
