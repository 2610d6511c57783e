"""The errors that membership raises on purpose; everything else is a bug and stays loud."""


class MembershipError(Exception):
    """Base of every error that a caller of membership may handle."""


class MergeRefused(MembershipError):
    """Two supporters cannot be made one without a person's decision."""


class WordsIncomplete(MembershipError):
    """A prompt's words need a value that is not there; `placeholder` names it."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(f"The words need a value for {placeholder}.")
        self.placeholder = placeholder
