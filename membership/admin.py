"""The index of the admin pages: imports only."""

from membership.accounts.admin import AuthenticatorAdmin, UserAdmin
from membership.letters.admin import LetterAdmin, SuppressionAdmin
from membership.supporters.admin import SupporterAdmin

__all__ = [
    "AuthenticatorAdmin",
    "LetterAdmin",
    "SupporterAdmin",
    "SuppressionAdmin",
    "UserAdmin",
]
