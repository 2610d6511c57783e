"""The rows of the desk: refunds asked for, and answers to disputes."""

from payments.desk.dispute_models import DisputeAnswer, DisputeAnswerState
from payments.desk.refund_models import (
    REFUND_REQUEST_TRANSITIONS,
    RefundReason,
    RefundRequest,
    RefundRequestState,
)

__all__ = [
    "REFUND_REQUEST_TRANSITIONS",
    "DisputeAnswer",
    "DisputeAnswerState",
    "RefundReason",
    "RefundRequest",
    "RefundRequestState",
]
