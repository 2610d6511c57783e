"""What the demo prints: the story as a table, then where to look."""

from tests.demo.seed import Newspaper
from tests.demo.sign_in import sign_in_link
from tests.demo.story import StoryTold

_LABEL = 16


def print_story(story: StoryTold) -> None:
    """Print each gift as one block of labelled lines, in the order in which things happened."""
    for gift in story.gifts:
        print(f"\n{gift.title}\n{'─' * 78}")
        _line("Prompt before", gift.prompt_before)
        _line("Payment", gift.payment)
        for position, line in enumerate(gift.ledger):
            _line("Ledger" if position == 0 else "", line)
        _line("Receipt", gift.receipt)
        _line("PDF", gift.receipt_path)
        _line("Letter", gift.letter_path)
        _line("Status", gift.status)
        _line("Prompt after", gift.prompt_after)
    print(f"\nFinance\n{'─' * 78}")
    _line("Export", story.export_path)
    _line("Control totals", story.export_summary)
    print(flush=True)


def print_links(site: str, sandbox: str, newspaper: Newspaper) -> None:
    """Print the addresses to try; the staff links work once each and count as both factors."""
    print("Now it is yours to try (Ctrl-C stops everything):")
    _line("Start here", f"{site}/")
    _line("Finance", sign_in_link(site, newspaper.finance))
    _line(
        "Finance lead",
        f"{sign_in_link(site, newspaper.finance_lead)}  (approves refunds, locks months)",
    )
    _line("Editor", sign_in_link(site, newspaper.editor))
    _line(
        "Second editor",
        f"{sign_in_link(site, newspaper.second_editor)}  (reviews what the first one wrote)",
    )
    _line("Stripe sandbox", f"{sandbox}/")
    print(flush=True)


def _line(label: str, value: str) -> None:
    print(f"{label:{_LABEL}}{value}", flush=True)
