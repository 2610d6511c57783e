"""The errors that membership raises on purpose; everything else is a bug and stays loud."""

from collections.abc import Sequence


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


class BeaconRefused(MembershipError):
    """What a page sent about its prompts is not what a page of ours sends."""


class TooManyEvents(MembershipError):
    """One address or network sends more than readers do; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Too many events come from this address.")
        self.retry_after = retry_after


class DecisionRefused(MembershipError):
    """What a program sent is no page view that could be decided; the message is a sentence for its developer."""


class PromptsError(MembershipError):
    """Base of what an editor may be told about prompts; each message is a sentence for them."""


class KeyTaken(PromptsError):
    """Another prompt campaign has this key, perhaps one that was archived."""


class RevisionStale(PromptsError):
    """Somebody saved or reviewed the same thing in the meantime."""


class ReviewRefused(PromptsError):
    """This person cannot review this version."""


class PublishRefused(PromptsError):
    """What is approved must not be published; `reasons` are the sentences why."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = tuple(reasons)


class TooManyReminders(MembershipError):
    """Reminders were asked for too often; `retry_after` is in seconds.

    `is_address` tells the network address that asked from the email address that was typed.
    """

    def __init__(self, retry_after: int, *, is_address: bool) -> None:
        super().__init__(f"Too many reminders; free again in {retry_after} seconds.")
        self.retry_after = retry_after
        self.is_address = is_address
