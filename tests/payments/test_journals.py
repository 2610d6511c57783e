"""Journals from the ledger: by payout and by day, mapped, balanced, and none while anything is unmapped."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from payments.finance.journals.formats import FORMATS
from payments.finance.journals.journal import Journal
from payments.finance.journals.mapping import AccountMap, Category
from payments.finance.journals.models import AccountMapping
from payments.finance.journals.sources import JournalBy
from payments.models import (
    AuditEntry,
    Campaign,
    LedgerAccount,
    LegalEntity,
    ReconciliationState,
)
from tests.factories import FundFactory
from tests.payments.admin_pages import as_role
from tests.payments.gifts import a_gift, a_refund
from tests.payments.journals import a_payout, map_everything, prepared
from tests.payments.months import CLOSING, THEN
from tests.payments.releases import a_release, restrict

pytestmark = pytest.mark.django_db


def amounts(journal: Journal) -> dict[str, int]:
    return {line.account: line.amount for line in journal.lines}


def test_a_payouts_journal_holds_its_gifts_fees_and_the_money_sent_and_names_the_payout(
    campaign: Campaign, entity: LegalEntity
) -> None:
    map_everything(entity)
    a_refund(a_gift(campaign, 2500, at=THEN), 700, at=THEN)
    a_payout(entity)

    [journal] = prepared(entity, JournalBy.PAYOUT).journals

    assert (journal.reference, journal.on) == ("po_1", date(2026, 10, 20))
    assert "po_1" in journal.narration
    # What Stripe held of it is nothing any more.
    assert amounts(journal) == {
        "bank_in_transit": 1765,
        "contributions": -2500,
        "processing_fees": 35,
        "refunds": 700,
    }


def test_a_payout_that_is_not_reconciled_has_no_journal_yet_and_is_named(
    campaign: Campaign, entity: LegalEntity
) -> None:
    map_everything(entity)
    a_gift(campaign, 2500, at=THEN)
    a_payout(entity, state=ReconciliationState.EXCEPTION)

    found = prepared(entity, JournalBy.PAYOUT)

    assert found.journals == []
    assert [payout.stripe_id for payout in found.waiting] == ["po_1"]


def test_there_is_a_journal_for_each_day_and_currency(
    campaign: Campaign, entity: LegalEntity
) -> None:
    map_everything(entity)
    a_gift(campaign, 2500, at=THEN)
    a_gift(campaign, 1000, at=THEN, frequency="monthly")
    a_gift(campaign, 900, at=THEN, currency="JPY")
    a_gift(campaign, 400, at=THEN + timedelta(days=1))
    a_gift(campaign, 400, at=CLOSING)

    journals = prepared(entity).journals

    assert [(each.reference, each.currency) for each in journals] == [
        ("2026-10-15", "GBP"),
        ("2026-10-15", "JPY"),
        ("2026-10-16", "GBP"),
    ]
    assert len({each.narration for each in journals}) == 3
    given = [line for line in journals[0].lines if line.account == "contributions"]
    assert sorted((line.description, line.amount) for line in given) == [
        ("Contributions, Monthly, general", -1000),
        ("Contributions, Once, general", -2500),
    ]


def test_an_unmapped_line_blocks_the_file_and_all_that_is_missing_is_listed(
    campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, 2500, at=THEN)
    AccountMapping.objects.create(
        entity=entity, account=LedgerAccount.STRIPE_CLEARING, code="615", tax_rate="Tax Exempt"
    )
    AccountMapping.objects.create(entity=entity, account=LedgerAccount.PROCESSING_FEES, code="404")

    found = prepared(entity)

    assert found.journals == []
    assert [each.words for each in found.unmapped] == ["Contributions, Once, general, GBP"]
    assert [each.words for each in found.untaxed] == ["Processing fees, GBP"]
    # Sage has a tax code of its own for what is outside VAT, and a statement has no accounts.
    assert prepared(entity, name="sage50").untaxed == []
    assert len(prepared(entity, name="xero_statement").journals) == 1


def test_the_most_particular_mapping_counts() -> None:
    line = Category("contributions", "monthly", 7, "GBP")

    def row(**fields: object) -> AccountMapping:
        return AccountMapping(account="contributions", **fields)  # type: ignore[misc]

    wide, currency = row(code="any"), row(code="currency", currency="GBP")
    gift_class, fund = row(code="class", gift_class="monthly"), row(code="fund", fund_id=7)
    others = [
        row(code="x", currency="USD"),
        row(code="x", gift_class="once"),
        row(code="x", fund_id=8),
        AccountMapping(account="refunds", code="x", fund_id=7),
    ]
    ranked = [wide, currency, gift_class, fund]
    for count in range(1, 5):
        assert AccountMap([*others, *ranked[:count]]).find(line) == ranked[count - 1]
    assert AccountMap(others).find(line) is None


def test_releases_are_in_their_own_journals_beside_payouts_and_in_the_days(
    campaign: Campaign, entity: LegalEntity
) -> None:
    map_everything(entity)
    a_gift(campaign, 2500, at=THEN)
    a_payout(entity)
    fund = restrict(campaign)
    a_release(fund, 400, on=THEN.date(), now=CLOSING)

    found = prepared(entity, JournalBy.PAYOUT)
    # A row for any fund is not one for what leaves this fund.
    assert [each.words for each in found.unmapped] == ["Funds released, general, GBP"]
    assert found.journals == []
    AccountMapping.objects.create(
        entity=entity, account="funds_released", fund=fund, code="310", tax_rate="Tax Exempt"
    )

    payout, release = prepared(entity, JournalBy.PAYOUT).journals
    assert (payout.reference, release.reference) == ("po_1", "R2026-10-15")
    assert {line.target.code: line.amount for line in release.lines} == {
        "310": 400,
        AccountMapping.objects.get(account="funds_released", fund=None).code: -400,
    }
    released = [
        line.amount
        for journal in prepared(entity).journals
        for line in journal.lines
        if line.account == "funds_released"
    ]
    assert sorted(released) == [-400, 400]
    # They move nothing of Stripe's balance.
    for by in JournalBy:
        statement = prepared(entity, by, "xero_statement").journals
        written = FORMATS["xero_statement"].write(statement, "GB")
        assert b"Funds released" not in written


def test_a_category_is_mapped_once(client: Client, campaign: Campaign, entity: LegalEntity) -> None:
    as_role(client, "finance lead")
    address = "/finance/journals/courier/accounts/add/"
    row = {"account": "refunds", "code": "201", "currency": "gbp", "tax_rate": "T9"}

    assert client.post(address, row).status_code == 302
    again = client.post(address, row)

    assert again.status_code == 400
    assert "have an account already" in again.content.decode()
    assert AccountMapping.objects.get().currency == "GBP"


def test_a_code_that_a_spreadsheet_would_run_is_not_taken(
    client: Client, campaign: Campaign
) -> None:
    as_role(client, "finance lead")
    page = client.post(
        "/finance/journals/courier/accounts/add/", {"account": "refunds", "code": "=1+1"}
    )

    assert "Begin with a letter or a digit" in page.content.decode()
    assert not AccountMapping.objects.exists()


def test_a_mapping_is_changed_and_taken_away_with_a_trail(
    client: Client, campaign: Campaign, entity: LegalEntity
) -> None:
    as_role(client, "finance lead")
    row = AccountMapping.objects.create(
        entity=entity, account="contributions", fund=FundFactory.create(), code="200"
    )
    address = f"/finance/journals/courier/accounts/{row.pk}/"

    client.post(address, {"account": "contributions", "fund": row.fund_id, "code": "210"})
    client.post(f"{address}remove/")

    trail = AuditEntry.objects.order_by("id").values_list("action", "before", "after")
    assert [(verb, was.get("code"), now.get("code")) for verb, was, now in trail] == [
        ("account_mapped", "200", "210"),
        ("account_unmapped", "210", None),
    ]
    assert not AccountMapping.objects.exists()


def test_the_pages_show_what_goes_where(
    client: Client, campaign: Campaign, entity: LegalEntity
) -> None:
    a_gift(campaign, 2500, at=datetime.fromisoformat("2026-10-15T12:00:00+00:00"))
    as_role(client, "auditor")

    assert "Xero manual journal" in client.get("/finance/journals/").content.decode()
    shown = client.get("/finance/journals/courier/accounts/").content.decode()
    assert shown.count("Not mapped") == 3
    map_everything(entity)
    assert "Not mapped" not in client.get("/finance/journals/courier/accounts/").content.decode()
