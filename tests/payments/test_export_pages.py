"""The export pages: asked for by post, shown, and taken only by those who may."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from membership.models import User
from payments.finance.actions import request_export
from payments.finance.orders import ExportOrder
from payments.finance.tasks import write_exports
from payments.finance.writers import WRITERS
from payments.models import AccessAction, AccessLog, Campaign, Export, ExportState
from tests.factories import NOON, UserFactory
from tests.payments.gifts import a_gift
from tests.staff import make_staff, sign_in_staff

pytestmark = pytest.mark.usefixtures("told_rendering")


def _order(**fields: Any) -> ExportOrder:
    return ExportOrder(
        **{
            "report": "gift_register",
            "format": "csv",
            "filters": {"entity": "courier"},
            "include_personal": False,
            **fields,
        }
    )


@pytest.fixture
def clerk(db: None) -> User:
    return make_staff(role="finance")


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    sign_in_staff(client, clerk)
    return client


@pytest.fixture
def ask(
    desk: Client, campaign: Campaign, django_capture_on_commit_callbacks: Callable[..., Any]
) -> Callable[..., HttpResponseBase]:
    """Post the export form, and let the task that it starts run."""

    def post(**fields: str) -> HttpResponseBase:
        with django_capture_on_commit_callbacks(execute=True):
            return desk.post(
                "/finance/gift_register/export/", {"entity": "courier", "format": "csv", **fields}
            )

    return post


def _body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_asking_leads_to_a_page_from_which_the_file_is_taken(
    ask: Callable[..., Any], desk: Client, clerk: User, campaign: Campaign
) -> None:
    a_gift(campaign, 2500)

    page = ask(first="2026-11-01", last="2026-11-30")["Location"]
    shown = desk.get(page).content.decode()
    file = desk.get(f"{page}download/")
    manifest = desk.get(f"{page}manifest/").json()

    export = Export.objects.get()
    assert "Download" in shown
    assert export.sha256 in shown
    assert hashlib.sha256(_body(file)).hexdigest() == export.sha256
    assert file["Content-Disposition"] == (
        f'attachment; filename="gift-register-2026-11-01-2026-11-30-{export.reference.hex[:8]}.csv"'
    )
    assert "no-store" in file["Cache-Control"]
    assert manifest["sha256"] == export.sha256
    assert manifest["row_count"] == 1
    assert manifest["control_totals"]["amount_minor"] == {"GBP": 2500}
    assert manifest["schema_version"] == 2
    assert manifest["filters"] == {
        "entity": "courier",
        "first": "2026-11-01",
        "last": "2026-11-30",
    }
    assert manifest["requested_by"] == str(clerk.reference)


def test_asking_and_taking_are_written_down(
    ask: Callable[..., Any], desk: Client, clerk: User
) -> None:
    page = ask()["Location"]
    desk.get(f"{page}download/")

    log = AccessLog.objects.order_by("id").values_list("user", "action", "export__reference")
    reference = Export.objects.get().reference
    assert list(log) == [
        (clerk.pk, AccessAction.EXPORTED, reference),
        (clerk.pk, AccessAction.DOWNLOADED, reference),
    ]


def test_only_the_permission_opens_names_and_emails(ask: Callable[..., Any], clerk: User) -> None:
    ask(personal="on")

    assert not Export.objects.get().includes_personal_data


def test_a_file_with_names_is_closed_to_those_who_may_not_see_them(
    desk: Client, campaign: Campaign
) -> None:
    export = request_export(
        make_staff(role="finance lead"), _order(include_personal=True), now=NOON
    )
    write_exports()

    assert desk.get(f"/finance/exports/{export.reference}/download/").status_code == 403
    assert desk.get(f"/finance/exports/{export.reference}/").status_code == 403


def test_a_foreign_export_looks_like_none_without_the_permission_to_see_all(
    client: Client, campaign: Campaign
) -> None:
    export = request_export(UserFactory.create(), _order(), now=NOON)
    write_exports()
    sign_in_staff(client, make_staff("payments.add_export", "payments.view_gift_register"))

    for page in ("", "download/", "manifest/"):
        assert client.get(f"/finance/exports/{export.reference}/{page}").status_code == 404
    assert client.get("/finance/exports/").context["exports"] == []


def test_whoever_lost_the_right_to_a_report_loses_its_files(
    ask: Callable[..., Any], desk: Client, clerk: User
) -> None:
    page = ask()["Location"]
    clerk.groups.clear()

    assert desk.get(f"{page}download/").status_code == 403


def test_a_link_ends_on_time_even_when_no_sweep_has_run(
    ask: Callable[..., Any], desk: Client
) -> None:
    page = ask()["Location"]
    Export.objects.update(expires_at=timezone.now())

    response = desk.get(f"{page}download/")

    assert (response.status_code, response["Location"]) == (302, page)
    assert "24 hours are over" in desk.get(page).content.decode()


def test_a_file_that_is_not_there_yet_is_promised(
    desk: Client, campaign: Campaign, clerk: User
) -> None:
    export = request_export(clerk, _order(), now=NOON)

    assert "is being written" in desk.get(f"/finance/exports/{export.reference}/").content.decode()
    assert desk.get(f"/finance/exports/{export.reference}/download/").status_code == 302
    assert desk.get(f"/finance/exports/{export.reference}/manifest/").status_code == 404


def test_an_export_is_cancelled_by_whoever_asked_for_it(
    desk: Client, clerk: User, campaign: Campaign
) -> None:
    own = request_export(clerk, _order(), now=NOON)
    others = request_export(UserFactory.create(), _order(), now=NOON)

    page = desk.post(f"/finance/exports/{own.reference}/cancel/", follow=True)
    refused = desk.post(f"/finance/exports/{others.reference}/cancel/")

    assert "This export was cancelled" in page.content.decode()
    assert refused.status_code == 404
    others.refresh_from_db()
    assert others.state == ExportState.WAITING


def test_asking_twice_leads_to_the_same_page(ask: Callable[..., Any], desk: Client) -> None:
    assert ask()["Location"] == ask()["Location"]
    assert Export.objects.count() == 1


@pytest.mark.parametrize("name", WRITERS)
def test_each_format_is_downloaded_as_itself(
    name: str, ask: Callable[..., Any], desk: Client, campaign: Campaign
) -> None:
    a_gift(campaign, 2500)

    page = ask(format=name)["Location"]
    file = desk.get(f"{page}download/")

    assert file["Content-Type"] == WRITERS[name].content_type
    assert file["Content-Disposition"].endswith(f'.{WRITERS[name].extension}"')
    assert hashlib.sha256(_body(file)).hexdigest() == Export.objects.get().sha256


def test_exporting_is_a_post(desk: Client) -> None:
    assert desk.get("/finance/gift_register/export/").status_code == 405


@pytest.mark.parametrize(
    ("report", "fields", "status"),
    [
        ("nothing", {}, 404),
        ("gift_register", {"format": "exe"}, 400),
        ("gift_register", {"format": "csv", "entity": "none"}, 400),
        ("gift_register", {"format": "csv", "entity": "courier", "first": "yesterday"}, 400),
    ],
)
def test_nonsense_is_refused_and_makes_no_export(
    report: str, fields: dict[str, str], status: int, desk: Client, campaign: Campaign
) -> None:
    assert desk.post(f"/finance/{report}/export/", fields).status_code == status
    assert not Export.objects.exists()
