"""The index of membership's models: imports only."""

from membership.accounts.models import SignInCode, User
from membership.letters.models import Letter, LetterState
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
    "SignInCode",
    "StatusChange",
    "Supporter",
    "SupporterState",
    "User",
]
