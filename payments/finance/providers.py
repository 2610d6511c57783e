"""What finance needs from above, as Protocols; the layer above registers who provides it when it starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Exposure:
    """How often one variant of a prompt was shown to readers of one country, and followed.

    `country` is ISO 3166-1 alpha-2, empty for unknown. `variant` is as gifts carry it: a key, or `default:` and a key.
    """

    campaign: str
    variant: str
    country: str
    seen: int
    clicked: int


class ExposureProvider(Protocol):
    """Counts what readers were shown; it knows none of them."""

    def exposures(
        self, campaign: str, first: date | None, last: date | None, *, zone: str
    ) -> Sequence[Exposure]:
        """Return a prompt campaign's exposures, of all campaigns where `campaign` is empty.

        `first` and `last` are civil days of `zone`, both included; None does not narrow. Ordered by campaign, variant
        and country.
        """
        ...


@dataclass(frozen=True, slots=True)
class SentLetter:
    """One letter that was sent to a payer: what it was, never what it said."""

    title: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class PayerAct:
    """One thing that a payer did on the site, in words that name nobody."""

    what: str
    at: datetime


class EvidenceProvider(Protocol):
    """Knows what a payer was told and did, which speaks for us when the payer's bank asks."""

    def letters_to(self, party: UUID, *, until: datetime) -> Sequence[SentLetter]:
        """Return the letters sent to a person before `until`, oldest first, the latest hundred at most."""
        ...

    def acts_of(self, party: UUID, *, until: datetime) -> Sequence[PayerAct]:
        """Return what is kept of a person's doings before `until`, oldest first, the latest hundred at most."""
        ...


_evidence: list[EvidenceProvider] = []


def provide_evidence(provider: EvidenceProvider) -> None:
    """Let `provider` answer from now on; called once, when the app above is ready."""
    _evidence[:] = [provider]


def letters_to(party: UUID, *, until: datetime) -> Sequence[SentLetter]:
    """Return what the provider says (see EvidenceProvider); nothing where none is registered."""
    return [each for provider in _evidence for each in provider.letters_to(party, until=until)]


def acts_of(party: UUID, *, until: datetime) -> Sequence[PayerAct]:
    """Return what the provider says (see EvidenceProvider); nothing where none is registered."""
    return [each for provider in _evidence for each in provider.acts_of(party, until=until)]


_exposures: list[ExposureProvider] = []


def provide_exposures(provider: ExposureProvider) -> None:
    """Let `provider` answer from now on; called once, when the app above is ready."""
    _exposures[:] = [provider]


def exposures(
    campaign: str, first: date | None, last: date | None, *, zone: str
) -> Sequence[Exposure]:
    """Return what the provider says (see ExposureProvider); nothing where none is registered."""
    return [
        each
        for provider in _exposures
        for each in provider.exposures(campaign, first, last, zone=zone)
    ]
