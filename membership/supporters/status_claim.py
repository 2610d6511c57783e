"""What a browser may carry about its reader's status, as a signed string."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.core import signing
from django.utils.crypto import salted_hmac

from membership.supporters.models import SupporterState
from membership.supporters.status import Status, known_status
from membership.supporters.status_twin import Twin
from membership.supporters.traits import NO_TRAITS, Traits

_SALT = "membership.status.2"

# After this a claim is looked up again on the next page of ours.
FRESH_FOR = timedelta(hours=24)

# A claim that nobody could look up again holds for this long towards "still a supporter".
GRACE = timedelta(days=30)

# Browsers keep no cookie longer than this.
LONGEST = timedelta(days=400)

# A checkout that was left counts as abandoned after this, when nobody is busy on it any more, and for this long.
LEFT_AFTER, LEFT_FOR = timedelta(hours=1), timedelta(days=7)

SubjectKind = Literal["supporter", "payment", "checkout"]


@dataclass(frozen=True, slots=True)
class StatusClaim:
    """A status at `issued_at`, and of whom: someone who signed in, the payer of one payment, or who began a checkout.

    A payment proves that this browser gave, never whose email was typed. A checkout proves nothing; `awaits` names the
    one that may yet turn out to be paid, `left_at` when the latest one was begun that nobody paid. `version` is the
    supporter's token version; `stamp` and `session`, random at each sign-in, are what a claim is revoked by.
    """

    kind: SubjectKind
    subject: UUID
    state: SupporterState
    since: datetime | None
    until: datetime | None
    quiet_until: datetime | None
    issued_at: datetime
    version: int = 0
    stamp: int = 0
    session: UUID | None = None
    awaits: UUID | None = None
    left_at: datetime | None = None
    traits: Traits = NO_TRAITS

    @property
    def expires_at(self) -> datetime:
        """The instant after which the claim says nothing by itself: never before what it says is over."""
        holds_until = (self.issued_at + FRESH_FOR + GRACE, self.until, self.quiet_until)
        return min(max(filter(None, holds_until)), self.issued_at + LONGEST)

    @property
    def kept_until(self) -> datetime:
        """Until when a browser keeps it, to be looked up again: who reads once in a season is known all the same."""
        return self.expires_at if self.kind == "checkout" else self.issued_at + LONGEST

    def holds_at(self, now: datetime) -> bool:
        """Whether what it says may be believed without looking it up."""
        return now < self.expires_at

    def is_fresh(self, now: datetime) -> bool:
        """Whether it need not be looked up; one that waits for a payment always is."""
        return self.awaits is None and now < self.issued_at + FRESH_FOR

    def status_at(self, now: datetime) -> Status:
        """Return the status at `now`: what time alone ended is over, and a pause that ended is still a gift."""
        is_over = self.until is not None and self.until <= now
        if is_over and self.state != SupporterState.PAUSED:
            return known_status(SupporterState.LAPSED, self.until, None)
        return known_status(self.state, self.since, self.until)

    def is_gift_at(self, now: datetime) -> bool:
        """Whether this browser gave, whoever its reader is, and that gift still counts."""
        return self.kind == "payment" and not self.status_at(now).is_askable

    def has_left_checkout(self, now: datetime) -> bool:
        """Whether this browser left a checkout lately without paying."""
        return self.left_at is not None and now < self.left_at + LEFT_FOR

    def twin_at(self, now: datetime) -> Twin:
        """Return what a script may know; `as_of` stays the instant at which it was looked up."""
        return Twin(
            state=self.status_at(now).state,
            as_of=self.issued_at,
            quiet_until=self.quiet_until,
            traits=self.traits,
            is_abandoned=self.has_left_checkout(now),
            is_signed_in=self.kind == "supporter",
        )


def make_token(claim: StatusClaim) -> str:
    """Return `claim` as a signed string; its instants lose their fractions of a second."""
    traits = claim.traits
    values = {
        "kind": claim.kind,
        "subject": claim.subject.hex,
        "state": claim.state.value,
        "since": _seconds(claim.since),
        "until": _seconds(claim.until),
        "quiet": _seconds(claim.quiet_until),
        "issued": _seconds(claim.issued_at),
        "version": claim.version,
        "stamp": claim.stamp,
        "session": claim.session and claim.session.hex,
        "awaits": claim.awaits and claim.awaits.hex,
        "left": _seconds(claim.left_at),
        "traits": [str(value) for value in (traits.tenure, traits.band, traits.tier)],
        "invited": traits.is_invited,
        "key": _key_id(),
    }
    return signing.dumps(values, salt=_SALT)


def read_token(token: str, *, now: datetime) -> StatusClaim | None:
    """Return what `token` says, or None when it is not ours, not whole or past its time."""
    claim = read_kept(token, now=now)
    return claim if claim and claim.holds_at(now) else None


def read_kept(token: str, *, now: datetime) -> StatusClaim | None:
    """Return what `token` said, though its time may be over: then it is only good for looking it up again."""
    try:
        values = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    tenure, band, tier = values["traits"]
    claim = StatusClaim(
        kind=values["kind"],
        subject=UUID(values["subject"]),
        state=SupporterState(values["state"]),
        since=_instant(values["since"]),
        until=_instant(values["until"]),
        quiet_until=_instant(values["quiet"]),
        issued_at=datetime.fromtimestamp(values["issued"], UTC),
        version=values["version"],
        stamp=values["stamp"],
        session=values["session"] and UUID(values["session"]),
        awaits=values["awaits"] and UUID(values["awaits"]),
        left_at=_instant(values["left"]),
        traits=Traits(tenure, band, tier, is_invited=values["invited"]),
    )
    if values["key"] != _key_id():
        # Signed with a key that is being retired: true, and due to be written again with the new one.
        claim = replace(claim, version=0, issued_at=claim.issued_at - FRESH_FOR)
    return claim if claim.kept_until > now else None


def _key_id() -> str:
    """Name the signing key without telling it."""
    return salted_hmac(_SALT, "key id").hexdigest()[:8]


def _seconds(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
