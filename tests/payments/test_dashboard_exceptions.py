"""The queue of exceptions: grouped, oldest first, settled with a note that is written down."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from payments.models import (
    AuditEntry,
    Campaign,
    ExceptionSettlement,
    LegalEntity,
    ReconciliationState,
)
from tests.factories import NOON
from tests.payments.admin_pages import as_role
from tests.payments.gifts import a_gift
from tests.payments.payouts import a_payout

pytestmark = pytest.mark.usefixtures("told_rendering")

QUEUE = "/finance/exceptions/"
SETTLE = "/finance/exceptions/settle/"


@pytest.fixture
def queue(campaign: Campaign, entity: LegalEntity) -> list[str]:
    """Two payments without a line, the younger first in the database, and a payout that does not add up."""
    later = a_gift(campaign, 700, is_booked=False, at=NOON - timedelta(days=3))
    sooner = a_gift(campaign, 2500, is_booked=False, at=NOON - timedelta(days=9))
    a_payout(
        entity,
        9000,
        state=ReconciliationState.EXCEPTION,
        evidence="A line is missing.",
        reconciled_at=None,
        created_at=NOON - timedelta(days=5),
    )
    return [sooner.stripe_id, later.stripe_id]


def test_the_queue_is_grouped_and_begins_with_what_waited_longest(
    client: Client, queue: list[str]
) -> None:
    page = as_role(client, "finance").get(QUEUE)

    payments, payouts = page.context["groups"]
    assert [row.key for row in payments.rows] == queue
    assert payments.sums == [("GBP", 3200)]
    assert payouts.kind == "payout"
    words = page.content.decode()
    for row in (*payments.rows, *payouts.rows):
        assert f'href="{row.link}"' in words
        assert escape(row.reason) in words


def test_the_tile_counts_what_the_queue_shows(client: Client, queue: list[str]) -> None:
    finance = as_role(client, "finance")

    told = finance.get("/finance/").context["queue"]

    assert told.exception_count == finance.get(QUEUE).context["waiting_count"] == 3
    assert told.since == NOON - timedelta(days=9)


def test_a_row_is_settled_with_a_note_and_shown_with_it_from_then_on(
    client: Client, queue: list[str]
) -> None:
    finance = as_role(client, "finance")
    row = {"kind": "payment without line", "key": queue[0], "note": "Stripe confirmed it by phone."}

    answer = finance.post(f"{SETTLE}?settled=on", row, follow=True)

    assert answer.redirect_chain == [(f"{QUEUE}?settled=on", 302)]
    assert [each.key for each in answer.context["groups"][0].rows] != queue
    assert "Stripe confirmed it by phone." in answer.content.decode()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason) == ("exception_waived", row["note"])


def test_a_row_without_a_note_stays_and_says_what_is_missing(
    client: Client, queue: list[str]
) -> None:
    row = {"kind": "payment without line", "key": queue[0], "note": " "}

    page = as_role(client, "finance").post(SETTLE, row)

    assert page.status_code == 400
    assert page.content.decode().count("Say in a note why this is in order.") == 1
    assert not ExceptionSettlement.objects.exists()


@pytest.mark.parametrize(
    ("kind", "words"),
    [("suspense", "not in the queue any more"), ("payout", "settled on its own page")],
)
def test_nothing_is_written_for_what_is_not_to_be_settled_here(
    client: Client, entity: LegalEntity, queue: list[str], kind: str, words: str
) -> None:
    key = entity.payouts.get().stripe_id

    page = as_role(client, "finance").post(
        SETTLE, {"kind": kind, "key": key, "note": "It is fine."}, follow=True
    )

    assert words in page.content.decode()
    assert not ExceptionSettlement.objects.exists()


def test_whoever_only_looks_finds_no_way_to_settle(client: Client, queue: list[str]) -> None:
    auditor = as_role(client, "auditor")

    assert SETTLE not in auditor.get(QUEUE).content.decode()
    assert auditor.post(SETTLE, {}).status_code == 403
