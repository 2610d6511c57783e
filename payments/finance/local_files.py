"""A report's file and its manifest on this machine's disk, for programs that fetch them there."""

import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from hashlib import file_digest
from io import BufferedRandom
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

from payments.finance.exportables import EXPORTABLES
from payments.finance.kept.actions import kept_file
from payments.finance.kept.manifest import kept_manifest
from payments.finance.kept.models import KeptFile
from payments.finance.kept.queries import kept_month, sound_file
from payments.finance.manifest import described, proven, without
from payments.finance.orders import Asking, ExportOrder, Facts, Origin


def write_local_file(
    order: ExportOrder, asking: Asking, path: Path, *, clock: Callable[[], datetime]
) -> Facts:
    """Write the file at `path` and its manifest beside it, and return the manifest.

    Both appear whole or not at all: a file that was there before stays until the new one is complete. Of a locked month
    they are those that were kept. Raises OSError where the folder cannot be written to, and DocumentDamaged where a
    kept file is not what it was.
    """
    period = kept_month(order)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as named:
        file = cast(BufferedRandom, named)
        try:
            if period is None:
                facts = _written(Origin(order, asking, clock()), file, clock=clock)
            else:
                facts = _copied(kept_file(period, order, clock=clock), file)
        except BaseException:
            Path(named.name).unlink()
            raise
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    manifest_path(path).write_text(f"{text}\n", encoding="utf-8")
    Path(named.name).replace(path)
    return facts


def _written(origin: Origin, file: BufferedRandom, *, clock: Callable[[], datetime]) -> Facts:
    written = EXPORTABLES[origin.order.report].write(origin, file, lambda rows, expected: None)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    facts = proven(
        described(origin, written.figures),
        size=size,
        sha256=file_digest(file, "sha256").hexdigest(),
        finished_at=clock(),
    )
    return {**facts, **without(written.left_out)}


def _copied(kept: KeptFile, file: BufferedRandom) -> Facts:
    with sound_file(kept) as source:
        shutil.copyfileobj(source, file)
    return kept_manifest(kept)


def manifest_path(path: Path) -> Path:
    """Return where the manifest of a file is: report.csv.manifest.json beside report.csv."""
    return path.with_name(f"{path.name}.manifest.json")
