"""The index of membership's models: imports only."""

from membership.accounts.models import SignInCode, User
from membership.letters.models import (
    Letter,
    LetterState,
    NoticeClock,
    Suppression,
    SuppressionReason,
)
from membership.supporters.models import (
    ConsentPurpose,
    ConsentRecord,
    StatusChange,
    Supporter,
    SupporterState,
)

__all__ = [
    "ConsentPurpose",
    "ConsentRecord",
    "Letter",
    "LetterState",
    "NoticeClock",
    "SignInCode",
    "StatusChange",
    "Supporter",
    "SupporterState",
    "Suppression",
    "SuppressionReason",
    "User",
]
