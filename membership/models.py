"""The index of membership's models: imports only."""

from membership.accounts.models import SignedInSession, SignInCode, User
from membership.letters.models import (
    Letter,
    LetterState,
    NoticeClock,
    Suppression,
    SuppressionReason,
)
from membership.privacy.models import PrivacyRequest, PrivacyRequestState
from membership.prompts.models import (
    PromptBundle,
    PromptCampaign,
    PromptPublication,
    PromptRelease,
    PromptReview,
    PromptRevision,
    PromptRules,
    PromptSimulation,
    PublicationKind,
    ReviewVerdict,
    SimulationState,
)
from membership.reminders.models import Reminder, ReminderState
from membership.results.models import (
    BufferedBeacon,
    EventType,
    FoldMark,
    HourlyCount,
    SeenEvent,
    WeightProposal,
)
from membership.supporters.models import (
    ConsentPurpose,
    ConsentRecord,
    RevokedToken,
    StatusChange,
    Supporter,
    SupporterState,
)
from membership.tiers.models import (
    Benefit,
    Tier,
    TierAmount,
    TierChange,
    TierOverride,
    TierStanding,
)

__all__ = [
    "Benefit",
    "BufferedBeacon",
    "ConsentPurpose",
    "ConsentRecord",
    "EventType",
    "FoldMark",
    "HourlyCount",
    "Letter",
    "LetterState",
    "NoticeClock",
    "PrivacyRequest",
    "PrivacyRequestState",
    "PromptBundle",
    "PromptCampaign",
    "PromptPublication",
    "PromptRelease",
    "PromptReview",
    "PromptRevision",
    "PromptRules",
    "PromptSimulation",
    "PublicationKind",
    "Reminder",
    "ReminderState",
    "ReviewVerdict",
    "RevokedToken",
    "SeenEvent",
    "SignInCode",
    "SignedInSession",
    "SimulationState",
    "StatusChange",
    "Supporter",
    "SupporterState",
    "Suppression",
    "SuppressionReason",
    "Tier",
    "TierAmount",
    "TierChange",
    "TierOverride",
    "TierStanding",
    "User",
    "WeightProposal",
]
