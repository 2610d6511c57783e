"""The errors that membership raises on purpose; everything else is a bug and stays loud."""


class MembershipError(Exception):
    """Base of every error that a caller of membership may handle."""


class MergeRefused(MembershipError):
    """Two supporters cannot be made one without a person's decision."""


class LinkUnknown(MembershipError):
    """A link's token was not signed by us for the purpose that its address names."""


class LinkExpired(MembershipError):
    """A link of a letter is past the day until which it was good."""


class OverrideRefused(MembershipError):
    """A tier cannot be set as a member of staff wished."""


class WordsIncomplete(MembershipError):
    """A prompt's words need a value that is not there; `placeholder` names it."""

    def __init__(self, placeholder: str) -> None:
        super().__init__(f"The words need a value for {placeholder}.")
        self.placeholder = placeholder


class BeaconRefused(MembershipError):
    """What a page sent about its prompts is not what a page of ours sends."""


class TooManyEvents(MembershipError):
    """One address or network sends more than readers do; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many events come from this address.")
        self.retry_after = retry_after
