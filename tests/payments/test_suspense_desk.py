"""A line that nobody has said what it is: on its page somebody does, and the books follow."""

import pytest
from django.test import Client

from payments.finance.tables import TABLES
from payments.ledger.accounts import LedgerAccount
from payments.ledger.queries import open_suspense, trial_balance
from payments.models import AuditEntry, LedgerPosting, LegalEntity
from tests.payments.admin_pages import as_role
from tests.payments.gifts import a_gift
from tests.payments.suspense import a_line_in_suspense

pytestmark = pytest.mark.django_db

KNOWN = {"account": "bank_in_transit", "reason": "Our bank's statement of 3 November says top-up."}


@pytest.fixture
def page(entity: LegalEntity) -> str:
    return f"/finance/suspense/{a_line_in_suspense()}/"


def _held(entity: LegalEntity, account: LedgerAccount) -> int:
    return sum(row.balance for row in trial_balance(entity) if row.account is account)


def test_the_queue_leads_to_the_page_which_says_what_stripe_says(client: Client, page: str) -> None:
    finance = as_role(client, "finance")
    assert page in finance.get("/finance/exceptions/").content.decode()
    told = finance.get(page).content.decode()
    assert "topup" in told
    assert "43.21 GBP" in told
    assert "tu_unknown" in told
    assert "Book it there" in told


def test_whoever_knows_books_it_and_the_queue_forgets_it(
    client: Client, page: str, entity: LegalEntity
) -> None:
    finance = as_role(client, "finance")
    answer = finance.post(page, KNOWN, follow=True)
    assert "is out of suspense, with your name and reason" in answer.content.decode()
    assert open_suspense(entity) == []
    assert page not in answer.content.decode()
    assert _held(entity, LedgerAccount.SUSPENSE) == 0
    assert _held(entity, LedgerAccount.BANK_IN_TRANSIT) == -4321
    assert _held(entity, LedgerAccount.STRIPE_CLEARING) == 4321

    [entry] = AuditEntry.objects.filter(action="suspense_explained")
    assert entry.reason == KNOWN["reason"]
    assert (entry.before, entry.after) == ({"account": "suspense"}, {"account": "bank_in_transit"})
    trail = list(TABLES["audit_trail"].rows({"entity": entity.slug}))
    assert [row for row in trail if "suspense_explained" in row]

    told = finance.get(page).content.decode()
    assert "It is out of suspense." in told
    assert KNOWN["reason"] in told.replace("&#x27;", "'")
    assert "Book it there" not in told


@pytest.mark.parametrize(
    ("missing", "words"),
    [("account", "Choose what it is."), ("reason", "Say how you know")],
)
def test_without_an_account_or_a_reason_nothing_is_booked(
    client: Client, page: str, missing: str, words: str
) -> None:
    answer = as_role(client, "finance").post(page, {**KNOWN, missing: ""})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not LedgerPosting.objects.exclude(corrects=None).exists()


def test_no_account_of_gifts_is_taken(client: Client, page: str) -> None:
    answer = as_role(client, "finance").post(page, {**KNOWN, "account": "contributions"})
    assert answer.status_code == 422
    assert not LedgerPosting.objects.exclude(corrects=None).exists()


def test_a_reason_that_is_too_long_is_kept_in_the_form(client: Client, page: str) -> None:
    answer = as_role(client, "finance").post(page, {**KNOWN, "reason": "x" * 201})
    assert answer.status_code == 422
    assert "x" * 201 in answer.content.decode()
    assert not LedgerPosting.objects.exclude(corrects=None).exists()


def test_the_second_who_explains_it_is_told_so(client: Client, page: str) -> None:
    finance = as_role(client, "finance")
    finance.post(page, KNOWN)
    answer = finance.post(page, {**KNOWN, "account": "processing_fees"})
    assert answer.status_code == 422
    assert "Somebody else has said what it is" in answer.content.decode()
    assert LedgerPosting.objects.exclude(corrects=None).count() == 1


def test_a_line_that_was_never_in_suspense_has_no_page(client: Client, campaign: object) -> None:
    gift = a_gift(campaign)  # type: ignore[arg-type]
    line = gift.balance_transactions.get()
    finance = as_role(client, "finance")
    assert finance.get(f"/finance/suspense/{line.stripe_id}/").status_code == 404
    assert finance.get("/finance/suspense/txn_nobodys/").status_code == 404


def test_auditors_look_and_do_not_book(client: Client, page: str) -> None:
    auditor = as_role(client, "auditor")
    assert "Book it there" not in auditor.get(page).content.decode()
    assert auditor.post(page, KNOWN).status_code == 403
