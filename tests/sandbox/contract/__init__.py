"""What Stripe accepts and answers at one API version, read from the SDK's own generated types."""

REVIEWED_API_VERSION = "2026-10-28.endive"
"""The version whose shapes were read and rebuilt here. Change it only after reviewing every shape."""
