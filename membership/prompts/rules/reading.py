"""Reading JSON that others wrote: each field is taken once, with its type, and what nobody took is refused."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

# What JavaScript holds exactly, and so the most that both evaluators agree on.
LARGEST = 2**53 - 1

# Instants and spans beyond these are mistakes, and sums of them stay far below LARGEST.
MOST_SECONDS = 10**11
MOST_DAYS = 36_500


T = TypeVar("T")


class Malformed(ValueError):
    """The JSON is not what it should be; the message is a sentence that names the field."""


class Fields:
    """One JSON object being read; every method raises Malformed with a sentence that names the field.

    A field without a `default` must be there. `close` refuses the fields that nobody took: a name that we do not know
    may be a restriction that we would not obey.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise Malformed(f"{where} must be an object.")
        self._left = {as_text(key, f"A name in {where}"): item for key, item in value.items()}
        self.where = where

    def has(self, name: str) -> bool:
        """Return whether the field is there and not taken yet."""
        return name in self._left

    def take(self, name: str) -> object:
        """Return the field's bare value."""
        if name not in self._left:
            raise Malformed(f"{self.where} has no “{name}”.")
        return self._left.pop(name)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text that can be written as UTF-8."""
        if default is not None and name not in self._left:
            return default
        return as_text(self.take(name), f"“{name}” of {self.where}")

    def number(
        self, name: str, default: int | None = None, *, least: int = 0, most: int = LARGEST
    ) -> int:
        """Return a whole number in `least`…`most`; 1.0 and true are none."""
        if default is not None and name not in self._left:
            return default
        return as_number(self.take(name), f"“{name}” of {self.where}", least=least, most=most)

    def optional_number(self, name: str, *, least: int = 0, most: int = LARGEST) -> int | None:
        """Return a whole number, or None where the field is not there."""
        return self.number(name, least=least, most=most) if name in self._left else None

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self.take(name)
        if not isinstance(value, bool):
            raise Malformed(f"“{name}” of {self.where} must be true or false.")
        return value

    def optional_flag(self, name: str) -> bool | None:
        """Return true or false, or None where the field is not there."""
        return self.flag(name) if name in self._left else None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the field is not there."""
        if name not in self._left:
            return ()
        return self.each(name, as_text)

    def each(self, name: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
        """Return `read(item, where)` of each item of a list."""
        items = as_list(self.take(name), f"“{name}” of {self.where}")
        return tuple(
            read(item, f"“{name}”[{place}] of {self.where}") for place, item in enumerate(items)
        )

    def named(self, name: str, read: Callable[[object, str], T]) -> dict[str, T]:
        """Return `read(item, where)` of each item of an object whose names are data; empty where it is not there."""
        if name not in self._left:
            return {}
        inner = Fields(self.take(name), f"“{name}” of {self.where}")
        return {key: read(item, f"“{key}” in {inner.where}") for key, item in inner.rest().items()}

    def rest(self) -> dict[str, object]:
        """Take everything that is left."""
        rest, self._left = self._left, {}
        return rest

    def close(self) -> None:
        """Refuse what is left."""
        if self._left:
            names = ", ".join(f"“{name}”" for name in sorted(self._left))
            raise Malformed(f"{self.where} has {names}, which this schema does not know.")


def as_text(value: object, where: str) -> str:
    """Return `value` as a text without lone surrogates, which have no UTF-8 to hash."""
    if not isinstance(value, str):
        raise Malformed(f"{where} must be a text.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Malformed(f"{where} is not valid Unicode.") from None
    return value


def as_number(value: object, where: str, *, least: int = 0, most: int = LARGEST) -> int:
    """Return `value` as a whole number in `least`…`most`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(f"{where} must be a whole number.")
    if not least <= value <= most:
        raise Malformed(f"{where} must be between {least} and {most}.")
    return value


def as_list(value: object, where: str) -> Sequence[object]:
    """Return `value` as a list."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise Malformed(f"{where} must be a list.")
    return value
