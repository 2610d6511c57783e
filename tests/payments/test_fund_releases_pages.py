"""The pages of releases, by role: what funds hold, release, approve, take back, and say plainly what cannot be done."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from membership.models import User
from payments.finance.links import report_address
from payments.models import AuditEntry, Campaign, Fund, FundRelease
from tests.factories import FundFactory
from tests.payments.admin_pages import as_role, form_of, page_of
from tests.payments.gifts import a_gift
from tests.payments.releases import a_release, restrict
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db

ADDRESS = "/finance/releases/courier/general/GBP/"


@pytest.fixture
def fund(campaign: Campaign) -> Fund:
    """A restricted fund that holds £100; one person may release £50 of it."""
    a_gift(campaign, 10_000, at=timezone.now() - timedelta(days=3))
    return restrict(campaign, limit=5_000)


def browser(role: str) -> tuple[Client, User]:
    client, user = Client(), make_staff(role=role)
    sign_in_staff(client, user)
    return client, user


def ask(client: Client, **fields: str) -> tuple[int, str]:
    """Open the form, fill it in and send it; returns what came back in the end."""
    page = client.get(ADDRESS).content.decode()
    [reference] = re.findall(r'name="reference" value="([^"]+)"', page)
    filled = {
        "reference": reference,
        "amount": "40.00",
        "released_on": str(timezone.now().date()),
        "purpose": "A month in the harbour.",
        **fields,
    }
    response = client.post(ADDRESS, filled, follow=True)
    return response.status_code, response.content.decode()


def test_finance_releases_money_and_sees_what_is_left(fund: Fund) -> None:
    client, person = browser("finance")
    page = client.get("/finance/releases/").content.decode()
    assert ADDRESS in page
    assert "100.00" in page

    status, page = ask(client)

    assert status == 200
    assert "General reporting. Released." in page
    assert person.email in page
    assert "60.00" in client.get("/finance/releases/").content.decode()
    report = client.get(report_address("funds", {"entity": "courier"})).content.decode()
    assert "Released" in report


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": "100.01"}, "General reporting has £100 that can be released"),
        ({"amount": "0"}, "Enter an amount above zero."),
        ({"amount": "4.001"}, "This amount has more decimals than the currency."),
        ({"amount": "€4"}, "Enter the amount in GBP, the currency of what the fund holds."),
        ({"amount": "much"}, "Enter an amount, for instance £100."),
        ({"purpose": " "}, "Say what the money was spent on."),
        ({"released_on": ""}, "Choose the day on which it was spent."),
        ({"released_on": "2100-01-01"}, "Choose the day on which the money was spent, today or"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_typed_is_lost(
    fund: Fund, fields: dict[str, str], sentence: str
) -> None:
    status, page = ask(browser("finance")[0], **fields)
    assert (status, FundRelease.objects.count()) == (422, 0)
    assert sentence in page
    assert fields.get("amount", "40.00") in page


def test_above_the_limit_only_somebody_else_of_finance_decides(fund: Fund) -> None:
    client, _ = browser("finance")
    assert "Waits for a second person." in ask(client, amount="60.00")[1]
    release = FundRelease.objects.get()
    address = f"/finance/releases/{release.reference}/"
    yes = {"decision": "approve", "note": "Seen the bill."}
    assert "Approve and release" not in client.get(address).content.decode()
    refused = client.post(f"{address}decide/", yes)
    assert (refused.status_code, "somebody else" in refused.content.decode()) == (422, True)
    assert as_role(Client(), "auditor").post(f"{address}decide/", yes).status_code == 403

    lead, person = browser("finance lead")
    assert "Approve and release" in lead.get(address).content.decode()
    page = lead.post(f"{address}decide/", yes, follow=True).content.decode()

    assert person.email in page
    assert "Take back this release" in page
    back = lead.post(f"{address}take-back/", {"reason": "Another fund’s bill."}, follow=True)
    assert "Taken back." in back.content.decode()
    assert "Another fund’s bill." in back.content.decode()
    assert lead.post(f"{address}take-back/", {"reason": "Again."}).status_code == 422


def test_who_asked_may_withdraw_it(fund: Fund) -> None:
    client, _ = browser("finance")
    ask(client, amount="60.00")
    address = f"/finance/releases/{FundRelease.objects.get().reference}/"
    assert "Withdraw this request" in client.get(address).content.decode()
    client.post(f"{address}decide/", {"decision": "decline", "note": "Too early."})
    assert FundRelease.objects.get().state == "declined"


def test_an_auditor_reads_all_and_releases_nothing(fund: Fund) -> None:
    release = a_release(fund, 100, on=timezone.now().date(), now=timezone.now())
    client = as_role(Client(), "auditor")
    page = client.get(f"/finance/releases/{release.reference}/").content.decode()
    assert release.purpose in page
    assert "Take back this release" not in page
    assert ADDRESS not in client.get("/finance/releases/").content.decode()
    assert client.get(ADDRESS).status_code == 403


def test_only_restricted_funds_and_what_they_hold_have_a_page(fund: Fund) -> None:
    FundFactory.create(entity=fund.entity, code="other", name="Other")
    client, _ = browser("finance")
    for address in (ADDRESS.replace("GBP", "USD"), ADDRESS.replace("general", "other")):
        assert client.get(address).status_code == 404
    Fund.objects.filter(pk=fund.pk).update(is_restricted=False)
    assert client.get(ADDRESS).status_code == 404


def test_the_trail_leads_to_the_release(fund: Fund) -> None:
    release = a_release(fund, 100, on=timezone.now().date(), now=timezone.now())
    page = as_role(Client(), "auditor").get(report_address("audit_trail", {"entity": "courier"}))
    assert reverse("payments:fund_release", args=[release.reference]) in page.content.decode()


def test_the_desk_asks_few_questions_however_many_rows_it_shows(
    campaign: Campaign, fund: Fund, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    for currency in ("GBP", "EUR", "USD"):
        a_gift(campaign, 1_000, currency=currency, at=now)
    for _ in range(5):
        a_release(fund, 100, on=now.date(), now=now)
    client, _ = browser("finance")
    with django_assert_max_num_queries(12):
        client.get("/finance/releases/")


def test_whether_a_fund_is_restricted_is_changed_with_a_trail(
    campaign: Campaign, client: Client, told_rendering: None
) -> None:
    as_role(client, "editor")
    page = page_of(Fund, "change", campaign.fund_id)
    client.post(page, {**_fund_form(client, page), "is_restricted": "on"})
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_reference) == ("fund_changed", "courier general")
    assert (entry.before, entry.after) == ({"is_restricted": False}, {"is_restricted": True})


def _fund_form(client: Client, page: str) -> dict[str, object]:
    names = ("name", "description")
    return {name: value for name, value in form_of(client, page).items() if name in names}
