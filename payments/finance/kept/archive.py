"""The kept files of a month as one zip, written while it is sent, with a few blocks in memory."""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from payments.errors import DocumentDamaged
from payments.finance.kept.manifest import kept_manifest
from payments.finance.kept.models import KeptFile
from payments.finance.writers import WRITERS

_BLOCK = 256 * 1024
# The other formats are compressed in themselves.
_WORTH_DEFLATING = ("csv", "csv_bom")


class _Outlet:
    """A file that cannot be sought in: what was written is taken away by whoever sends it."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._blocks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here for longer than the next block."""

    def close(self) -> None:
        """Whoever sends the blocks ends the file."""

    def taken(self) -> bytes:
        blocks, self._blocks = self._blocks, []
        return b"".join(blocks)


def zipped(files: Iterable[KeptFile]) -> Iterator[bytes]:
    """Yield a zip of kept files, each with its manifest; the same files give the same bytes.

    Raises DocumentDamaged in its midst where a file is not what was kept: what was sent until then is no zip.
    """
    outlet = _Outlet()
    with ZipFile(outlet, "w") as archive:
        for kept in files:
            name = file_name(kept)
            yield from _member(archive, outlet, name, kept)
            text = json.dumps(kept_manifest(kept), indent=2, ensure_ascii=False)
            archive.writestr(_entry(kept, f"{name}.manifest.json"), f"{text}\n")
            yield outlet.taken()
    yield outlet.taken()


def file_name(kept: KeptFile) -> str:
    """Return for instance gift-register-2026-10.csv; the one for Excel says so."""
    mark = "-excel" if kept.format == "csv_bom" else ""
    return f"{kept.report.replace('_', '-')}-{kept.period}{mark}.{WRITERS[kept.format].extension}"


def _member(archive: ZipFile, outlet: _Outlet, name: str, kept: KeptFile) -> Iterator[bytes]:
    digest = sha256()
    entry = _entry(kept, name)
    entry.compress_type = ZIP_DEFLATED if kept.format in _WORTH_DEFLATING else ZIP_STORED
    # Whether it needs the large format of the header is known before the first block.
    entry.file_size = kept.size or 0
    with kept.file.open("rb") as source, archive.open(entry, "w") as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            target.write(block)
            yield outlet.taken()
    if digest.hexdigest() != kept.sha256:
        raise DocumentDamaged(f"{kept} is not the file that was kept.")


def _entry(kept: KeptFile, name: str) -> ZipInfo:
    at = kept.kept_at
    return ZipInfo(name, at.timetuple()[:6]) if at else ZipInfo(name)
