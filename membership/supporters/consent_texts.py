"""What readers are asked to agree to, beside a gift and later, word by word.

Whoever changes a text changes `TEXT_VERSION` with it: the records keep both.
"""

from dataclasses import dataclass

from membership.supporters.models import ConsentPurpose

TEXT_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class ConsentText:
    purpose: ConsentPurpose
    text: str

    @property
    def field(self) -> str:
        """The name of its box on the form."""
        return f"consent_{self.purpose.value}"


CONSENT_TEXTS = (
    ConsentText(
        ConsentPurpose.NEWS,
        "Yes, email me news about your journalism and what my support makes possible.",
    ),
    ConsentText(
        ConsentPurpose.APPEALS, "Yes, email me now and then to ask whether I would support you."
    ),
)
