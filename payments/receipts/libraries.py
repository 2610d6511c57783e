"""The system libraries that draw receipts, and the command that installs them.

Only the standard library is imported, so that a bare Python can run this file before anything is installed:
`python3 payments/receipts/libraries.py` tells what is missing, with `--packages` only the names that apt knows.
"""

import ctypes
import sys
from typing import NamedTuple


class Library(NamedTuple):
    """A shared library under its names on Linux and macOS, and the Debian package that holds it."""

    name: str
    files: tuple[str, ...]
    package: str


LIBRARIES = (
    Library("Pango", ("libpango-1.0.so.0", "libpango-1.0.dylib"), "libpango-1.0-0"),
    Library("PangoFT2", ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"), "libpangoft2-1.0-0"),
    Library("HarfBuzz", ("libharfbuzz.so.0", "libharfbuzz.0.dylib"), "libharfbuzz0b"),
    # Receipts can be drawn without this one, at seven times the cost.
    Library(
        "HarfBuzz subset",
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
        "libharfbuzz-subset0",
    ),
    Library("fontconfig", ("libfontconfig.so.1", "libfontconfig.1.dylib"), "libfontconfig1"),
)


def missing_libraries() -> list[Library]:
    """Return the libraries that this machine cannot load."""
    return [library for library in LIBRARIES if not any(map(_loads, library.files))]


def install_command(missing: list[Library]) -> str:
    """Return the one command that installs `missing` on Debian or Ubuntu."""
    return "sudo apt-get install -y " + " ".join(library.package for library in missing)


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def main(arguments: list[str]) -> int:
    """Print what is missing; return 1 if anything is."""
    missing = missing_libraries()
    if missing and "--packages" in arguments:
        print(" ".join(library.package for library in missing))
    elif missing:
        print("Missing: " + ", ".join(library.name for library in missing) + ".")
        print("Install with: " + install_command(missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
