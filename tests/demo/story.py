"""The story that the demo plays: two readers give over real HTTP, finance exports what they gave."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from django.core.files.storage import default_storage
from django.db.models import Sum

from membership.models import Letter, LetterState, StatusChange
from payments.models import (
    Checkout,
    Export,
    ExportState,
    LedgerEntry,
    Payment,
    Receipt,
    ReceiptDocument,
)
from payments.money import Money
from tests.demo.browser import Browser, Page
from tests.demo.mailbox import newest_mail_to
from tests.demo.seed import Newspaper
from tests.demo.sign_in import sign_in_link

_CARD = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}
T = TypeVar("T")

_PATIENCE = 45.0  # seconds that any one step may take


class StoryFailed(Exception):
    """A step did not come out as it must; the message says which and what was seen."""


@dataclass(frozen=True, slots=True)
class GiftTold:
    """What happened to one reader's gift, in the order in which it happened."""

    title: str
    prompt_before: str
    payment: str
    ledger: list[str]
    receipt: str
    receipt_path: str
    letter_path: str
    status: str
    prompt_after: str


@dataclass(frozen=True, slots=True)
class StoryTold:
    gifts: list[GiftTold]
    export_path: str
    export_summary: str


def has_gifts() -> bool:
    """Tell whether an earlier run already played the story."""
    return Payment.objects.exists()


def play(site: str, sandbox: str, newspaper: Newspaper, say: Callable[[str], None]) -> StoryTold:
    """Play both gifts and the export; raises StoryFailed at the first step that is wrong."""
    gifts = [
        _give(
            site, sandbox, edition="uk", frequency="once", amount="10.00", currency="GBP", say=say
        ),
        _give(
            site, sandbox, edition="us", frequency="monthly", amount="7", currency="USD", say=say
        ),
    ]
    say("Finance signs in and exports the gift register …")
    path, summary = _export(site, newspaper, gifts=len(gifts))
    return StoryTold(gifts=gifts, export_path=path, export_summary=summary)


def _give(
    site: str,
    sandbox: str,
    *,
    edition: str,
    frequency: str,
    amount: str,
    currency: str,
    say: Callable[[str], None],
) -> GiftTold:
    reader = Browser(language="en-US" if edition == "us" else "en-GB")
    email = f"reader-{secrets.token_hex(4)}@example.org"
    article_url = f"{site}/news/{edition}/harbour-lights/"
    say(f"A reader opens the {edition.upper()} article and gives {amount} {currency} {frequency} …")
    article = reader.open(article_url)
    before = _prompt(article)
    page = _follow_appeal(reader, article)
    choice = {
        "frequency": frequency,
        "currency": currency,
        f"amount_{frequency}": "other",
        "other_amount": amount,
    }
    form = page.form_with("email", "other_amount")
    hosted = reader.submit(page, form, **choice, email=email, name="A Reader")
    _expect(hosted.url.startswith(sandbox), "the form leads to the hosted page", hosted)
    thanks = reader.submit(
        hosted, hosted.form_with("number"), email=email, name="A Reader", **_CARD
    )
    _expect("/thank-you/" in thanks.url, "paying leads to the thank-you page", thanks)
    checkout = Checkout.objects.get(reference=urlsplit(thanks.url).path.rstrip("/").split("/")[-1])
    payment = _until("the payment is booked", lambda: _settled(checkout))
    document = _until("the receipt is stored", lambda: _document(payment))
    letter = _until("the letter is sent", lambda: _letter(document.receipt))
    change = _until("the status changes", lambda: _status_change(payment))
    _until("the thank-you page confirms", lambda: "onfirming" not in reader.open(thanks.url).text)
    after = _prompt(_until("the next article thanks", lambda: _thanked(reader.open(article_url))))
    return GiftTold(
        title=f"{frequency.capitalize()} gift, {edition.upper()} edition",
        prompt_before=before,
        payment=f"{Money(payment.amount, payment.currency).format()} {payment.get_status_display()} "
        f"({payment.card_brand} {payment.card_last4})",
        ledger=_ledger(payment),
        receipt=document.receipt.number,
        receipt_path=default_storage.path(document.file.name),
        letter_path=str(
            _until("the letter is in the mailbox", lambda: newest_mail_to(email, letter))
        ),
        status=f"{change.from_state} → {change.to_state} ({change.reason})",
        prompt_after=after,
    )


def _follow_appeal(reader: Browser, article: Page) -> Page:
    appeal = next((form for form in article.forms if "/donate/" in form.action), None)
    if appeal is None:
        raise StoryFailed(f"The article at {article.url} holds no appeal with a way to give.")
    return reader.submit(article, appeal)


def _prompt(article: Page) -> str:
    if not article.asides:
        raise StoryFailed(f"The article at {article.url} holds no prompt.")
    state, words = next(iter(article.asides.items()))
    return f"[{state}] {words[:110]}…"


def _thanked(article: Page) -> Page | None:
    return None if any(state.startswith("ask") for state in article.asides) else article


def _settled(checkout: Checkout) -> Payment | None:
    return Payment.objects.filter(
        donation__checkout=checkout, succeeded_at__isnull=False, balance_transactions__isnull=False
    ).first()


def _document(payment: Payment) -> ReceiptDocument | None:
    return (
        ReceiptDocument.objects.select_related("receipt").filter(receipt__payment=payment).first()
    )


def _letter(receipt: Receipt) -> Letter | None:
    return Letter.objects.filter(
        kind="receipt", key=str(receipt.reference), state=LetterState.SENT
    ).first()


def _status_change(payment: Payment) -> StatusChange | None:
    party = payment.donation.customer.__class__.objects.get(pk=payment.donation.customer_id).party
    return StatusChange.objects.filter(supporter__reference=party).last() if party else None


def _ledger(payment: Payment) -> list[str]:
    entries = LedgerEntry.objects.filter(posting__balance_transaction__payment=payment)
    sums = entries.values("currency").annotate(total=Sum("amount"))
    if not sums or any(row["total"] for row in sums):
        raise StoryFailed(f"The ledger lines of {payment} do not sum to zero.")
    lines = [
        f"{e.get_account_display():28} {Money(e.amount, e.currency).to_decimal():>10} {e.currency}"
        for e in entries
    ]
    return [*lines, *(f"{'Sum':28} {'0.00':>10} {row['currency']}" for row in sums)]


def _export(site: str, newspaper: Newspaper, *, gifts: int) -> tuple[str, str]:
    desk = Browser()
    desk.open(sign_in_link(site, newspaper.finance))
    register = desk.open(f"{site}/finance/gifts/")
    _expect(register.status == 200, "finance sees the gift register", register)
    asked = desk.submit(register, register.form_with("format"), format="csv")
    _expect("/finance/exports/" in asked.url, "asking for an export leads to its page", asked)
    reference = urlsplit(asked.url).path.rstrip("/").split("/")[-1]
    export = _until(
        "the export is written",
        lambda: Export.objects.filter(reference=reference, state=ExportState.READY).first(),
    )
    ready = desk.open(asked.url)
    link = next((url for url, _ in ready.links if "download" in url), None)
    if link is None:
        raise StoryFailed("The export's page has no download link.")
    body = desk.download(link).content.decode("utf-8-sig")
    if len(body.splitlines()) != (export.row_count or 0) + 1 or (export.row_count or 0) < gifts:
        raise StoryFailed("The downloaded register does not hold the rows that its totals claim.")
    return default_storage.path(export.file.name), _control_totals(export)


def _control_totals(export: Export) -> str:
    parts = [
        f"{Money(gross, currency).to_decimal()} {currency} gross, "
        f"{Money(export.totals['fee_minor'][currency], currency).to_decimal()} fees, "
        f"{Money(export.totals['net_minor'][currency], currency).to_decimal()} net"
        for currency, gross in sorted(export.totals["gross_minor"].items())
    ]
    return "; ".join([f"{export.row_count} rows", *parts])


def _until(what: str, look: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise StoryFailed(f"After {_PATIENCE:.0f} seconds it is still not true that {what}.")


def _expect(holds: bool, what: str, page: Page) -> None:
    if not holds:
        raise StoryFailed(f"It is not true that {what}: {page.status} at {page.url}.")
