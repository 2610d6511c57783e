"""The errors of signing in; the pages turn each into a sentence for the reader."""

from membership.errors import MembershipError


class SignInError(MembershipError):
    """Base of what can go wrong between an address and a signed-in reader."""


class CodeNotSent(SignInError):
    """The mail server did not take the message."""


class CodeWrong(SignInError):
    """The digits are not the code's; `attempts_left` is at least one."""

    def __init__(self, attempts_left: int) -> None:
        super().__init__(f"The code is wrong; {attempts_left} attempts are left.")
        self.attempts_left = attempts_left


class CodeSpent(SignInError):
    """There is no such code any more: used, too old, or guessed at too often."""
