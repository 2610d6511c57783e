"""What a letter is made of."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter."""

    name: str
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What one letter is made of; `values` are what its words print, the keys of the issuer among them."""

    address: str
    newspaper: str
    reply_to: str
    values: dict[str, Any]
    enclosures: tuple[Enclosure, ...] = ()
