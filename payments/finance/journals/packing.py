"""Journals into files: as few as the package takes, none with half a journal, zipped where there are several."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from payments.errors import JournalTooLong
from payments.finance.journals.formats.base import Format
from payments.finance.journals.journal import Journal

# A zip cannot say when before that; a fixed day makes the same journals the same bytes.
_NO_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Download:
    """What a browser gets: a file of the package, or a zip of several."""

    filename: str
    content_type: str
    content: bytes


def packed(journals: Sequence[Journal], form: Format, *, stem: str, country: str) -> Download:
    """Write the journals into files named after `stem`. The same journals give the same bytes.

    Raises JournalTooLong for one that no file of this format can hold whole.
    """
    parts = list(_parts(journals, form))
    if not parts:
        parts = [("", [])]
    names = _names([currency for currency, _ in parts], stem, form.extension)
    files = [
        (name, form.write(part, country)) for name, (_, part) in zip(names, parts, strict=True)
    ]
    if len(files) == 1:
        return Download(files[0][0], form.content_type, files[0][1])
    return Download(f"{stem}.zip", "application/zip", _zipped(files))


def require_short(journals: Sequence[Journal], form: Format) -> None:
    """Raise JournalTooLong for a journal that no file of this format can hold whole."""
    for _ in _parts(journals, form):
        pass


def _parts(journals: Sequence[Journal], form: Format) -> Iterator[tuple[str, list[Journal]]]:
    currencies = {""} if form.mixes_currencies else {each.currency for each in journals}
    for currency in sorted(currencies):
        mine = [each for each in journals if not currency or each.currency == currency]
        for part in _within_limit(mine, form):
            yield currency, part


def _within_limit(journals: Sequence[Journal], form: Format) -> Iterator[list[Journal]]:
    part: list[Journal] = []
    count = 0
    for journal in journals:
        lines, limit = form.lines(journal), form.line_limit
        if limit is not None and lines > limit:
            raise JournalTooLong(
                f"The journal of {journal.reference} has {lines} lines, and a file of this kind takes {limit}. "
                "Map fewer funds to accounts of their own, or take the journals by day."
            )
        if part and limit is not None and count + lines > limit:
            yield part
            part, count = [], 0
        part.append(journal)
        count += lines
    if part:
        yield part


def _names(currencies: Sequence[str], stem: str, extension: str) -> list[str]:
    names = []
    for index, currency in enumerate(currencies):
        number = currencies[:index].count(currency) + 1
        parts = [stem, *([currency] if currency else [])]
        if currencies.count(currency) > 1:
            parts.append(f"{number:02}")
        names.append(f"{'-'.join(parts)}.{extension}")
    return names


def _zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w") as archive:
        for name, content in files:
            archive.writestr(ZipInfo(name, _NO_DAY), content, ZIP_DEFLATED)
    return target.getvalue()
