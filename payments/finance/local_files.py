"""A report's file and its manifest on this machine's disk, for programs that fetch them there."""

import json
import os
from collections.abc import Callable
from datetime import datetime
from hashlib import file_digest
from io import BufferedRandom
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

from payments.finance.manifest import described, proven
from payments.finance.orders import Asking, ExportOrder, Facts, Origin
from payments.finance.writing import write_report


def write_local_file(
    order: ExportOrder, asking: Asking, path: Path, *, clock: Callable[[], datetime]
) -> Facts:
    """Write the file at `path` and its manifest beside it, and return the manifest.

    Both appear whole or not at all: a file that was there before stays until the new one is complete. Raises OSError
    where the folder cannot be written to.
    """
    origin = Origin(order, asking, clock())
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as named:
        file = cast(BufferedRandom, named)
        try:
            figures = write_report(origin, file, watch=lambda rows, expected: None)
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            facts = proven(
                described(origin, figures),
                size=size,
                sha256=file_digest(file, "sha256").hexdigest(),
                finished_at=clock(),
            )
        except BaseException:
            Path(named.name).unlink()
            raise
    text = json.dumps(facts, indent=2, ensure_ascii=False)
    manifest_path(path).write_text(f"{text}\n", encoding="utf-8")
    Path(named.name).replace(path)
    return facts


def manifest_path(path: Path) -> Path:
    """Return where the manifest of a file is: report.csv.manifest.json beside report.csv."""
    return path.with_name(f"{path.name}.manifest.json")
