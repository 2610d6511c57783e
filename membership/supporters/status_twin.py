"""The twin of the status token: what a script on an article may know of its reader."""

from dataclasses import dataclass
from datetime import datetime

from membership.supporters.models import SupporterState
from membership.supporters.traits import NO_TRAITS, Traits


@dataclass(frozen=True, slots=True)
class Twin:
    """A status at `as_of`, until when nobody may ask, and what else words may be chosen by.

    `is_abandoned` says that this browser left a checkout within the last days and gave nothing since, `is_signed_in`
    that its reader proved who they are. Anybody can write this cookie for themselves: it buys words and nothing else.
    """

    state: SupporterState
    as_of: datetime
    quiet_until: datetime | None = None
    traits: Traits = NO_TRAITS
    is_abandoned: bool = False
    is_signed_in: bool = False

    def as_cookie(self) -> str:
        """Return `<state>.<as_of>.<quiet_until>.<tenure>.<band>.<tier>.<hints>`.

        Times are Unix seconds, 0 for none. Hints are letters: i invited, a abandoned, s signed in.
        """
        traits = self.traits
        letters = {"i": traits.is_invited, "a": self.is_abandoned, "s": self.is_signed_in}
        parts = (
            self.state.value,
            _seconds(self.as_of),
            _seconds(self.quiet_until),
            traits.tenure,
            traits.band,
            traits.tier,
            "".join(letter for letter, holds in letters.items() if holds),
        )
        return ".".join(map(str, parts))

    def as_json(self) -> dict[str, object]:
        """Return the same facts by the names that a prompt's decision knows them by."""
        hints = {"invite": self.traits.is_invited, "abandoned": self.is_abandoned}
        return {
            "state": self.state.value,
            "as_of": _seconds(self.as_of),
            "quiet_until": _seconds(self.quiet_until),
            "signed_in": self.is_signed_in,
            "tenure": str(self.traits.tenure),
            "band": str(self.traits.band),
            "tier": self.traits.tier,
            "hints": [hint for hint, holds in hints.items() if holds],
        }


def _seconds(instant: datetime | None) -> int:
    return int(instant.timestamp()) if instant else 0
