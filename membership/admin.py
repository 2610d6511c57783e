"""The index of the admin pages: imports only."""

from membership.accounts.admin import AuthenticatorAdmin, UserAdmin
from membership.letters.admin import LetterAdmin, SupporterAdmin, SuppressionAdmin
from membership.prompts.admin import (
    PromptBundleAdmin,
    PromptCampaignAdmin,
    PromptPublicationAdmin,
    PromptReleaseAdmin,
    PromptRevisionAdmin,
    PromptRulesAdmin,
)
from membership.tiers.admin import (
    TierAdmin,
    TierChangeAdmin,
    TierOverrideAdmin,
    TierStandingAdmin,
)

__all__ = [
    "AuthenticatorAdmin",
    "LetterAdmin",
    "PromptBundleAdmin",
    "PromptCampaignAdmin",
    "PromptPublicationAdmin",
    "PromptReleaseAdmin",
    "PromptRevisionAdmin",
    "PromptRulesAdmin",
    "SupporterAdmin",
    "SuppressionAdmin",
    "TierAdmin",
    "TierChangeAdmin",
    "TierOverrideAdmin",
    "TierStandingAdmin",
    "UserAdmin",
]
