"""Documents as PDF: tagged PDF/A-3a with the PDF/UA mark, the same bytes for the same content every time."""

import json
import logging
import threading
from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from payments.receipts.conformance import AccessibleMetadata
from payments.receipts.typefaces import ASSETS, font_faces

logger = logging.getLogger(__name__)

# Pango's font map is shared by all documents of the process and is not safe to use from two threads at once.
_rendering = threading.Lock()


class BundledAssets(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Opens the files that come with the project and nothing else: no network, no other path."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"file"}, allow_redirects=False)
        self._root = ASSETS.as_uri() + "/"

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith(self._root) or ".." in url or "%" in url:
            raise PermissionError("Documents use bundled files only.")
        return super().fetch(url, headers)


def render_pdf(
    template: str, content: dict[str, Any], *, issued_at: datetime, identifier: str
) -> bytes:
    """Draw `content` with `template`; `identifier` becomes the file's own.

    The content travels inside as JSON too. Everything that could differ between two runs (dates, identifier, order)
    comes from the arguments.
    """
    html = render_to_string(template, {"content": content, "issued_at": issued_at.isoformat()})
    data = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
    attachment = Attachment(
        string=data,
        name=f"{content['number']}.json",
        description=f"{content['title']} {content['number']} as data",
        created=issued_at,
        modified=issued_at,
        relationship="Data",
    )
    style = _house_style()
    with _rendering:
        document: Document = HTML(string=html, url_fetcher=style.fetcher).render(
            font_config=style.fonts,
            stylesheets=style.sheets,
            color_profiles={"house": _colours(style.srgb)},
            output_intent="house",
        )
        document.metadata = AccessibleMetadata(**vars(document.metadata))
        pdf: bytes = document.write_pdf(
            pdf_variant="pdf/a-3a",
            pdf_identifier=identifier.encode(),
            output_intent="house",
            attachments=[attachment],
        )
    missing = sum(len(font.missing) for font in document.fonts.values())
    if missing:
        logger.warning(
            "%s has %s characters that no font of this machine holds; they are boxes in print and right in the "
            "attached data. Install fonts-noto-core and fonts-noto-cjk.",
            content["number"],
            missing,
        )
    return pdf


class HouseStyle(NamedTuple):
    fetcher: BundledAssets
    fonts: FontConfiguration
    sheets: list[CSS]
    srgb: bytes


@cache
def _house_style() -> HouseStyle:
    """Load fonts and style sheets once: a new font configuration for each document would be slow and leak."""
    fetcher, fonts = BundledAssets(), FontConfiguration()
    sources = [font_faces(), (ASSETS / "receipt.css").read_text(encoding="utf-8")]
    sheets = [
        CSS(string=source, base_url=ASSETS.as_uri() + "/", url_fetcher=fetcher, font_config=fonts)
        for source in sources
    ]
    srgb = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
    return HouseStyle(fetcher, fonts, sheets, srgb)


def _colours(icc: bytes) -> ColorProfile:
    """Return the colour profile that PDF/A asks for; WeasyPrint's own way to it leaves a file open each time.

    A new one for each document, since one that was written before is written with other bytes.
    """
    components = (["r"], ["g"], ["b"])
    return ColorProfile(BytesIO(icc), "sRGB2014.icc", "relative-colorimetric", components)
