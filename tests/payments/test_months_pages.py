"""The pages of the months: what is left to do, and each step for whom it is."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from time_machine import travel

from payments.finance.tasks import write_exports
from payments.models import AccountingPeriod, Campaign, Export, KeptFile, LegalEntity, MonthState
from tests.payments.admin_pages import as_role
from tests.payments.gifts import a_gift
from tests.payments.months import CLOSING, OCTOBER, THEN, close, lock, october, stripe_holds
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.django_db

PAGE = "/finance/months/courier/2026-10/"


def words(client: Client, page: str = PAGE) -> str:
    return re.sub(r"\s+", " ", client.get(page).content.decode())


@travel(CLOSING, tick=False)
def test_two_people_close_and_lock_a_month_on_its_page(campaign: Campaign) -> None:
    october(campaign)
    one, other = Client(), Client()
    for client in (one, other):
        sign_in_staff(client, make_staff(role="finance lead"))

    assert "Close October 2026" in words(one)
    assert "October 2026 is closed." in one.post(f"{PAGE}close/", follow=True).content.decode()
    assert "a second person must lock it" in words(one)
    refused = one.post(f"{PAGE}lock/")
    assert refused.status_code == 409
    assert "ask a second person" in refused.content.decode()
    assert "October 2026 is locked." in other.post(f"{PAGE}lock/", follow=True).content.decode()

    period = AccountingPeriod.objects.get()
    assert period.state == MonthState.LOCKED
    assert period.sha256 in words(one)


@travel(CLOSING, tick=False)
def test_locking_a_month_on_its_page_has_its_files_kept_at_once(
    client: Client,
    campaign: Campaign,
    entity: LegalEntity,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    october(campaign)
    close(entity)
    as_role(client, "finance lead")

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{PAGE}lock/")

    assert KeptFile.objects.exclude(sha256="").exists()


@travel(CLOSING, tick=False)
def test_a_page_lists_what_keeps_a_month_open_and_a_reason_waives_it(
    client: Client, campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    a_gift(campaign, 900, currency="JPY", at=THEN)
    stripe_holds(entity, "JPY")
    as_role(client, "finance")
    shown = words(client)
    assert "1 thing keeps it from being closed" in shown
    assert "import the daily rates" in shown
    assert "Close October 2026" not in shown
    refused = client.post(f"{PAGE}close/")
    assert refused.status_code == 409
    assert "Not yet" in refused.content.decode()

    fields = dict(re.findall(r'name="(kind|key)" value="([^"]*)"', shown))
    assert client.post(f"{PAGE}waive/", fields).status_code == 400
    client.post(f"{PAGE}waive/", {**fields, "note": "Rates come on Monday."})

    shown = words(client)
    assert "Close October 2026" in shown
    assert "Rates come on Monday." in shown


@travel(CLOSING, tick=False)
def test_a_closed_month_is_opened_again_with_a_reason(
    client: Client, campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    close(entity)
    as_role(client, "finance lead")

    assert "Say why the month is opened again" in client.post(f"{PAGE}reopen/").content.decode()
    client.post(f"{PAGE}reopen/", {"reason": "A fee is missing."})

    assert AccountingPeriod.objects.get().state == MonthState.OPEN


@travel(CLOSING, tick=False)
def test_whoever_only_looks_is_offered_no_step(
    client: Client, campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    as_role(client, "auditor")

    assert 'method="post"' not in words(client)
    close(entity)
    assert 'method="post"' not in words(client)


@travel(CLOSING, tick=False)
def test_the_export_of_a_locked_month_is_the_file_that_was_locked(
    client: Client, campaign: Campaign, entity: LegalEntity
) -> None:
    october(campaign)
    close(entity)
    locked = lock(entity)
    a_gift(campaign, 4000, at=THEN)
    as_role(client, "finance")

    client.post("/finance/journal/export/", {"format": "csv", **OCTOBER.filters(entity)})
    write_exports()

    export = Export.objects.get()
    assert (export.sha256, export.row_count) == (locked.sha256, locked.line_count)


@travel(CLOSING, tick=False)
def test_the_pages_take_the_same_few_queries_for_any_number_of_rows(
    client: Client,
    campaign: Campaign,
    entity: LegalEntity,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    october(campaign)
    for _ in range(5):
        a_gift(campaign, 4000, at=THEN)
    as_role(client, "finance")

    with django_assert_max_num_queries(50):
        client.get(PAGE)
    with django_assert_max_num_queries(12):
        client.get("/finance/months/")


def test_a_month_that_there_is_not_is_not_found(client: Client, campaign: Campaign) -> None:
    as_role(client, "finance")
    for page in ("courier/2026-13/", "courier/october/", "nobody/2026-10/"):
        assert client.get(f"/finance/months/{page}").status_code == 404
