"""The bundled typefaces as the renderer of documents needs them."""

import re
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "static" / "payments"

# In the order in which a glyph is looked for. Other scripts fall through to the fonts of the machine.
_SCRIPTS = ("latin", "latin-ext", "vietnamese", "greek", "cyrillic", "cyrillic-ext")
_FILE = re.compile(
    r"(?P<face>source-(?:serif-4|sans-3))-(?P<weight>\d+)(?P<italic>-italic)?-(?P<script>[a-z-]+)\.woff2"
)


def font_faces() -> str:
    """Return the style sheet that declares every bundled file and the two stacks `--serif` and `--sans`.

    The site's own fonts.css tells the scripts of one family apart by unicode-range. WeasyPrint names an embedded font
    by family, weight and style alone, and would draw one script with the glyphs of another: here each script is a
    family of its own.
    """
    rules = []
    for path in sorted((ASSETS / "fonts").glob("*.woff2")):
        found = _FILE.fullmatch(path.name)
        if found is None:
            raise ValueError(f"{path.name} is not named like a bundled typeface.")
        rules.append(
            f'@font-face {{ font-family: "{found["face"]} {found["script"]}"; '
            f"font-weight: {found['weight']}; "
            f"font-style: {'italic' if found['italic'] else 'normal'}; "
            f'src: url("{path.as_uri()}"); }}'
        )
    stacks = f":root {{ --serif: {_stack('source-serif-4')}, serif; --sans: {_stack('source-sans-3')}, sans-serif; }}"
    return "\n".join([*rules, stacks])


def _stack(face: str) -> str:
    return ", ".join(f'"{face} {script}"' for script in _SCRIPTS)
