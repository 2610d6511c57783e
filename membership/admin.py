"""The index of the admin pages: imports only."""

from membership.accounts.admin import AuthenticatorAdmin, UserAdmin
from membership.letters.admin import LetterAdmin, SupporterAdmin, SuppressionAdmin
from membership.tiers.admin import (
    TierAdmin,
    TierChangeAdmin,
    TierOverrideAdmin,
    TierStandingAdmin,
)

__all__ = [
    "AuthenticatorAdmin",
    "LetterAdmin",
    "SupporterAdmin",
    "SuppressionAdmin",
    "TierAdmin",
    "TierChangeAdmin",
    "TierOverrideAdmin",
    "TierStandingAdmin",
    "UserAdmin",
]
