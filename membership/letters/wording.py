"""A letter's words: one file for each letter, of which both its text and its HTML are made, so that they agree.

`templates/letters/<kind>/words.txt` is a Django template without escaping. It begins with `Subject:`, `Heading:` and
`Reason:`, each on a line; paragraphs follow, divided by empty lines. A line that begins with a mark is more:

    | Label: text             a fact; those that follow each other make a table
    |* Label: text            the fact that matters most
    [button ADDRESS] words    the one thing to do
    [link ADDRESS] words      a link that may be followed
    [note]                    from here on: small print, whose line breaks are kept
"""

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.template import Context, Engine
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_FACT = re.compile(r"^\|(\*?) ([^:]+): (.*)$")
_ADDRESS = re.compile(r"^\[(button|link) (\S+)\] (.+)$")
_WIDTH = 78


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled fact of a table."""

    label: str
    text: str
    is_strong: bool


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a letter; `kind` is paragraph, note, facts, button or link."""

    kind: str
    text: str = ""
    address: str = ""
    rows: tuple[Row, ...] = ()

    def as_text(self) -> str:
        match self.kind:
            case "facts":
                return "\n".join(f"{row.label}: {row.text}" for row in self.rows)
            case "button" | "link":
                return f"{self.text}:\n{self.address}"
            case "note":
                return self.text
        return textwrap.fill(self.text, _WIDTH, break_long_words=False, break_on_hyphens=False)

    def as_html(self) -> SafeString:
        match self.kind:
            case "facts":
                return self._table()
            case "button" | "link":
                style = "button" if self.kind == "button" else "link"
                anchor = '<p class="{}"><a href="{}">{}</a></p>'
                return format_html(anchor, style, self.address, self.text)
            case "note":
                # The parts are escaped one by one; what joins them is ours.
                lines = mark_safe("<br>".join(escape(line) for line in self.text.splitlines()))  # noqa: S308
                return format_html('<p class="note">{}</p>', lines)
        return format_html("<p>{}</p>", self.text)

    def _table(self) -> SafeString:
        rows = [
            format_html(
                '<tr{}><th scope="row">{}</th><td>{}</td></tr>',
                mark_safe(' class="strong"') if row.is_strong else "",
                row.label,
                row.text,
            )
            for row in self.rows
        ]
        return mark_safe(f"<table>{''.join(rows)}</table>")  # noqa: S308  each row is escaped


@dataclass(slots=True)
class Wording:
    """What one letter says, besides the greeting and the imprint that all letters have."""

    subject: str = ""
    heading: str = ""
    reason: str = ""
    blocks: list[Block] = field(default_factory=list)


def word(kind: str, values: Mapping[str, object]) -> Wording:
    """Return the words of a letter; `us` chooses American words where they differ from the British."""
    context = Context({**values, "us": values["locale"] == "en-US"}, autoescape=False)
    text = Engine.get_default().get_template(f"letters/{kind}/words.txt").render(context)
    head, _, body = text.lstrip().partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines())
    return Wording(
        subject=" ".join(headers["Subject"].split()),
        heading=headers["Heading"],
        reason=headers["Reason"],
        blocks=list(_blocks(body)),
    )


def _blocks(body: str) -> Iterator[Block]:
    rows: list[Row] = []
    lines: list[str] = []
    kind = "paragraph"
    for line in [*(line.strip() for line in body.splitlines()), ""]:
        fact, address = _FACT.match(line), _ADDRESS.match(line)
        is_plain = bool(line) and not fact and not address and line != "[note]"
        if lines and not is_plain:
            yield Block(kind, ("\n" if kind == "note" else " ").join(lines))
            lines = []
        if rows and line and not fact:
            yield Block("facts", rows=tuple(rows))
            rows = []
        if is_plain:
            lines.append(line)
        elif fact:
            rows.append(Row(fact[2], fact[3], is_strong=bool(fact[1])))
        elif address:
            yield Block(address[1], address[3], address=address[2])
        elif line == "[note]":
            kind = "note"
    if rows:
        yield Block("facts", rows=tuple(rows))
