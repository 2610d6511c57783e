"""A reader in a window, and the time that passes: what each journey through the life of a gift is told with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db.models import Sum
from django.utils.module_loading import import_string
from playwright.sync_api import Page, expect

from config.celery import app
from membership.models import Letter, LetterState, Supporter
from payments.models import LedgerAccount, LedgerEntry, Payment, Receipt, RecurringPlan
from tests.life import LifeClock
from tests.sandbox.client import SandboxAccount
from tests.sign_in import latest_code

ADDRESS = "reader@example.org"
GOOD_CARD, EMPTY_CARD = "4242424242424242", "4000000000009995"
_HTML = "text/html"


@dataclass(slots=True)
class Reader:
    """Somebody who gives, reads letters, follows their links and comes back; the sweeps run as time passes."""

    window: Page
    site: str
    clock: LifeClock
    sandbox: SandboxAccount
    deliver: Callable[[], int]
    _seen: set[int] = field(default_factory=set)

    def begin_to_give(self, query: str) -> None:
        """Choose on the donation page and go on to the hosted page."""
        self.window.goto(f"/donate/support/?{query}")
        self.window.get_by_label("Email address").fill(ADDRESS)
        self.window.get_by_label("Name").fill("Ada Reader")
        self.window.locator("button[data-once]").click()
        expect(self.window.get_by_label("Card number")).to_be_visible()

    def type_card(self, number: str = GOOD_CARD) -> None:
        """Fill the hosted page in and send it."""
        typed = {"number": number, "exp_month": "12", "exp_year": "2034", "cvc": "123"}
        for name, value in {**typed, "name": "Ada Reader"}.items():
            self.window.locator(f"[name={name}]").fill(value)
        self.window.locator("form:has([name=number]) button").last.click()

    def give(self, query: str) -> RecurringPlan:
        """Give all the way to the thanks; the plan."""
        self.begin_to_give(query)
        self.type_card()
        self.window.wait_for_url("**/thank-you/**")
        self.settle()
        self.expect_thanks()
        return RecurringPlan.objects.latest("pk")

    def expect_thanks(self) -> None:
        """The page that waits for the payment asks by itself, every few seconds."""
        title = self.window.get_by_role("heading", level=1)
        expect(title).to_have_text("Thank you", timeout=20_000)

    def sign_in(self) -> None:
        """Sign in with the code that is mailed."""
        self.window.goto("/accounts/login/?next=/support/")
        self.window.get_by_label("Email address").fill(ADDRESS)
        self.window.get_by_role("button", name="Send me a code").click()
        self.window.get_by_label("Code").fill(latest_code())
        self.window.get_by_role("button", name="Sign in", exact=True).click()
        expect(self.window.get_by_role("heading", name="My support")).to_be_visible()

    def run_out_of_money(self) -> None:
        """From now on nothing can be collected from the card of the latest plan."""
        plan = RecurringPlan.objects.latest("pk")
        self.sandbox.update_card(plan.payment_method_id, number=EMPTY_CARD)
        self.settle()

    def live(self, *, days: int, step: int = 1) -> datetime:
        """Let time pass, in steps after each of which Stripe reports and the sweeps run; the new time."""
        now = self.clock.advance()
        for start in range(0, days, step):
            now = self.clock.advance(days=min(step, days - start))
            self.settle()
        return now

    def live_past_collection(self) -> datetime:
        """Let the day pass on which the latest plan is collected next."""
        next_at = RecurringPlan.objects.latest("pk").current_period_end_at
        assert next_at is not None
        return self.live(days=(next_at - self.clock.advance()).days + 2, step=7)

    def settle(self) -> None:
        """Deliver what Stripe reports and run everything that the schedule has run."""
        self.deliver()
        for entry in app.conf.beat_schedule.values():
            import_string(entry["task"])()
        self.deliver()

    def choose(self, change: str) -> None:
        """Follow one of the links under the gift on My support."""
        self.window.goto("/support/")
        self.window.get_by_role("link", name=change, exact=True).click()
        self.window.wait_for_url("**/support/plans/**")

    def state(self) -> str:
        """What the reader is as a supporter, derived by now."""
        return Supporter.objects.get(email=ADDRESS).state

    def letters(self) -> list[str]:
        """The kinds of the letters that came since the last call, in the order in which they came."""
        came = Letter.objects.filter(state=LetterState.SENT).exclude(pk__in=self._seen)
        fresh = list(came.order_by("sent_at", "id"))
        self._seen.update(letter.pk for letter in fresh)
        return [letter.kind for letter in fresh]

    def open_letter(self, kind: str) -> EmailMultiAlternatives:
        """Show the latest letter of a kind in the window, as a mail program would."""
        letter = Letter.objects.filter(kind=kind, state=LetterState.SENT).latest("sent_at", "id")
        message = next(
            each
            for each in mail.outbox
            if each.extra_headers.get("Message-ID") == letter.message_id
        )
        assert isinstance(message, EmailMultiAlternatives)
        self.window.goto("about:blank")
        (page,) = [each.content for each in message.alternatives if each.mimetype == _HTML]
        self.window.set_content(str(page))
        return message


def books() -> tuple[list[int], int, int]:
    """What settled payments brought, in order; how many receipts there are; and what the ledger has as gifts.

    The ledger as a whole must sum to nothing.
    """
    entries = LedgerEntry.objects.all()
    assert entries.aggregate(sum=Sum("amount"))["sum"] == 0
    gifts = entries.filter(account=LedgerAccount.CONTRIBUTIONS).aggregate(sum=Sum("amount"))["sum"]
    settled = Payment.objects.filter(status__in=Payment.SETTLED).order_by("succeeded_at", "id")
    return list(settled.values_list("amount", flat=True)), Receipt.objects.count(), -gifts
