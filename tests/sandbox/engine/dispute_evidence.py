"""The evidence of a dispute: what may be said, and what the test texts that Stripe publishes bring about."""

from typing import Any, Literal

from tests.sandbox.engine import files
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import invalid
from tests.sandbox.engine.store import Document

TEXTS = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_tracking_number",
    "uncategorized_text",
)
"""What can be written."""
FILES = (
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
)
"""What can be shown, each by the id of an uploaded file."""
MOST_CHARACTERS = 150_000

Verdict = Literal["won", "lost", "escalated"]
_VERDICTS: dict[str, Verdict] = {
    "winning_evidence": "won",
    "losing_evidence": "lost",
    "escalate_inquiry_evidence": "escalated",
}


def no_evidence() -> Document:
    return {**dict.fromkeys((*TEXTS, *FILES)), "enhanced_evidence": {}}


def merged(account: Account, evidence: Document, given: dict[str, Any]) -> Document:
    """The evidence with what was given now; each text or file replaces what was said before."""
    for name in FILES:
        if name in given:
            files.must_be_evidence(account, given[name], param=f"evidence[{name}]")
    result = {**evidence, **given}
    if sum(len(result[name] or "") for name in TEXTS) > MOST_CHARACTERS:
        raise invalid(
            f"The evidence may have {MOST_CHARACTERS} characters in all.", param="evidence"
        )
    return result


def is_given(evidence: Document) -> bool:
    return any(evidence[name] for name in (*TEXTS, *FILES))


def verdict(evidence: Document) -> Verdict | None:
    """What a test text decides; None for any other, which waits for the bank."""
    return _VERDICTS.get(str(evidence["uncategorized_text"]).strip())
