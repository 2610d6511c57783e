"""How far an export has come and whether it is still wanted: hints in the cache, for the row is not read meanwhile."""

from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

_SECONDS = 120
# As long as a claim can last: whoever holds it learns in time that nobody wants the file.
_STOP_SECONDS = 20 * 60


class ExportStopped(Exception):
    """Whoever asked for the file has said that it is not wanted any more."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows written so far, and of how many where that is known; both 0 where no shared cache tells."""

    rows: int = 0
    expected: int = 0

    @property
    def per_cent(self) -> int:
        return min(self.rows * 100 // self.expected, 100) if self.expected else 0


def tell(export: UUID, *, rows: int, expected: int) -> None:
    """Say how far an export is. Raises ExportStopped when it is not wanted any more."""
    if cache.get(_stop_key(export)):
        raise ExportStopped
    cache.set(_key(export), (rows, expected), _SECONDS)


def progress_of(export: UUID) -> Progress:
    return Progress(*cache.get(_key(export), ()))


def stop(export: UUID) -> None:
    """Let whoever writes the file end soon; without a shared cache it is written and then thrown away."""
    cache.set(_stop_key(export), True, _STOP_SECONDS)


def _key(export: UUID) -> str:
    return f"export-rows-{export}"


def _stop_key(export: UUID) -> str:
    return f"export-stop-{export}"
