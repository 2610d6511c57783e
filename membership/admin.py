"""The index of the admin pages: imports only."""

from membership.accounts.admin import AuthenticatorAdmin, UserAdmin
from membership.letters.admin import LetterAdmin
from membership.supporters.admin import SupporterAdmin

__all__ = ["AuthenticatorAdmin", "LetterAdmin", "SupporterAdmin", "UserAdmin"]
