"""Saved views: kept under a name, opened with today's days, shared by those who may."""

import pytest
from django.test import Client
from django.utils import timezone

from payments.finance.filters import usual_periods
from payments.models import LegalEntity, SavedView
from payments.periods import civil_date
from tests.payments.admin_pages import as_role

pytestmark = pytest.mark.usefixtures("told_rendering")

SAVE = "/finance/reports/payouts/save/"
DAYS = {"entity": "courier", "first": "2026-10-01", "last": "2026-10-31"}


def test_a_view_of_last_month_stays_last_month(client: Client, entity: LegalEntity) -> None:
    finance = as_role(client, "finance")
    finance.post(SAVE, {**DAYS, "name": "Month end", "period": "Last month"})
    view = SavedView.objects.get()

    address = finance.get(f"/finance/views/{view.reference}/")["Location"]

    today = civil_date(timezone.now(), entity.time_zone)
    days = usual_periods(today)["Last month"]
    assert view.filters == {"entity": "courier"}
    assert f"first={days['first']}&last={days['last']}&entity=courier" in address


def test_a_view_of_fixed_days_keeps_them(client: Client, entity: LegalEntity) -> None:
    finance = as_role(client, "finance")
    finance.post(SAVE, {**DAYS, "name": "October"})

    address = finance.get(f"/finance/views/{SavedView.objects.get().reference}/")["Location"]

    assert "first=2026-10-01&last=2026-10-31" in address


def test_only_shared_views_are_seen_by_others_and_only_owners_change_them(
    client: Client, entity: LegalEntity
) -> None:
    finance = as_role(client, "finance")
    finance.post(SAVE, {**DAYS, "name": "Mine"})
    finance.post(SAVE, {**DAYS, "name": "Ours", "shared": "on"})
    auditor = as_role(Client(), "auditor")

    assert [view.name for view, _, _ in auditor.get("/finance/views/").context["views"]] == ["Ours"]
    mine, ours = SavedView.objects.all()
    assert auditor.get(f"/finance/views/{mine.reference}/").status_code == 404
    assert auditor.post(f"/finance/views/{ours.reference}/delete/").status_code == 404
    auditor.post(SAVE, {**DAYS, "name": "Not ours", "shared": "on"})
    assert not SavedView.objects.get(name="Not ours").is_shared


def test_a_view_is_renamed_and_deleted(client: Client, entity: LegalEntity) -> None:
    finance = as_role(client, "finance")
    for name in ("First", "Second"):
        finance.post(SAVE, {**DAYS, "name": name})
    first = f"/finance/views/{SavedView.objects.get(name='First').reference}"

    taken = finance.post(f"{first}/rename/", {"name": "Second"}, follow=True)
    finance.post(f"{first}/rename/", {"name": "Third"})

    assert "You have a view called Second already." in taken.content.decode()
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["Second", "Third"]
    finance.post(f"{first}/delete/")
    assert SavedView.objects.get().name == "Second"
