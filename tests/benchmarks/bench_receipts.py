"""What a receipt's PDF costs: ours (PDF/A-3a, PDF/UA, data attached) beside a bare rendering of the same page.

Both reuse one font configuration and parsed style sheets, in the same run and in turn, so that the ratio does not
depend on the machine.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import django

ROUNDS = 200
MEMORY_ROUNDS = 500


def main() -> None:
    django.setup()
    from django.template.loader import render_to_string
    from weasyprint import HTML

    from payments.receipts.pdf import _house_style, render_pdf
    from tests.payments.test_receipt_pdf import content

    issued_at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    template, values = "payments/receipts/receipt.html", content()
    html = render_to_string(template, {"content": values, "issued_at": issued_at.isoformat()})
    style = _house_style()

    def ours() -> bytes:
        return render_pdf(template, values, issued_at=issued_at, identifier="0" * 32)

    def bare() -> bytes:
        page = HTML(string=html, url_fetcher=style.fetcher)
        pdf: bytes = page.write_pdf(font_config=style.fonts, stylesheets=style.sheets)
        return pdf

    first = _milliseconds(ours)
    _milliseconds(bare)
    times: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(ROUNDS):
        times["bare"].append(_milliseconds(bare))
        times["ours"].append(_milliseconds(ours))
    median_bare, median_ours = (statistics.median(times[name]) for name in ("bare", "ours"))
    print(f"first PDF of the process (fonts and styles loaded)  {first:8.1f} ms")
    print(f"bare HTML().write_pdf(), median of {ROUNDS}            {median_bare:8.1f} ms")
    print(f"receipt, median of {ROUNDS}                            {median_ours:8.1f} ms")
    print(f"ratio                                              {median_ours / median_bare:8.2f} ×")
    print(f"size                                               {len(ours()):8,d} bytes")

    before = _resident()
    for _ in range(MEMORY_ROUNDS):
        ours()
    print(
        f"resident memory before, after {MEMORY_ROUNDS} more receipts     {before:.0f} MB, {_resident():.0f} MB"
    )


def _milliseconds(act: Callable[[], bytes]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _resident() -> float:
    """Return the process's resident memory in megabytes, as Linux counts it."""
    line = next(
        line
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
