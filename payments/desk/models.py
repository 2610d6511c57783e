"""The rows of the desk: refunds asked for, and answers to disputes with their files."""

from payments.desk.dispute_models import DisputeAnswer, DisputeAnswerState
from payments.desk.file_models import DisputeFile, EvidenceField, FileKind
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
    "DisputeFile",
    "EvidenceField",
    "FileKind",
    "RefundReason",
    "RefundRequest",
    "RefundRequestState",
]
