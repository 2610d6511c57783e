"""What a prompt costs a reader: the decision for 40 campaigns in Chromium, and the bytes that are loaded."""

import gzip
import sys
from pathlib import Path

import django

CAMPAIGNS = 40
VIEWS = 2000
STATIC = Path(__file__).resolve().parents[2] / "membership/static/membership"
FILES = ("prompts.js", "prompts-view.js", "prompts-bundle.js", "prompts-why.js", "prompts.css")

# Every campaign is looked at: only the last is for this reader. A page's clock is coarse, so ten make one measurement.
_DECIDE = """([rules, context, views]) => {
  const times = []
  for (let view = 0; view < views; view++) {
    const began = performance.now()
    for (let again = 0; again < 10; again++) {
      MastheadPrompts.decidePage(rules, { ...context, seed: `${view}-${again}` })
    }
    times.push((performance.now() - began) / 10)
  }
  return times
}"""


def main() -> int:
    django.setup()
    from playwright.sync_api import sync_playwright

    from tests.journeys.conftest import CHROMIUM
    from tests.vectors import building

    others = [
        building.ask(id=f"other-{number}", reads={"min": 99}) for number in range(CAMPAIGNS - 1)
    ]
    rules = building.bundle(*others, building.ask(id="last"))
    context = building.view(
        history={"reads": [[building.TODAY - day, 3] for day in range(30)]}
        | building.seen(*range(building.DAY, 40 * building.DAY, building.DAY), asks=0)
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.evaluate((STATIC / "prompts.js").read_text())
        [slot] = page.evaluate(
            "([rules, context]) => MastheadPrompts.decidePage(rules, context)", [rules, context]
        )["slots"]
        times = sorted(page.evaluate(_DECIDE, [rules, context, VIEWS]))
        browser.close()
    print(f"Campaigns looked at for one slot: {len(slot['trace'])}; views: {VIEWS * 10}")
    print(
        f"Decision in Chromium, ms: p50 {times[len(times) // 2]:.3f}, p99 {times[len(times) * 99 // 100]:.3f}"
    )
    print()
    for name in FILES:
        body = (STATIC / name).read_bytes()
        print(f"{name:20} {len(body):6} bytes, {len(gzip.compress(body, 9)):5} gzip")
    return 0


if __name__ == "__main__":
    sys.exit(main())
