"""The audit trail: every action on money with who, from what to what, and why."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from membership.models import User
from payments.audit.actions import Subject, record_audit
from payments.models import AuditEntry

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
REFUND = Subject("refund", "re_1", before={}, after={"amount": 500, "currency": "GBP"})


def test_an_entry_says_who_did_what_to_what_and_why() -> None:
    person = User.objects.create_user("finance@example.org")
    record_audit("refund_requested", REFUND, actor=person, now=NOW, reason=" Given twice. ")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.at) == (person, "refund_requested", NOW)
    assert (entry.object_type, entry.object_reference) == ("refund", "re_1")
    assert (entry.before, entry.after) == ({}, {"amount": 500, "currency": "GBP"})
    assert entry.reason == "Given twice."


def test_an_entry_without_an_actor_is_a_rules_own() -> None:
    assert record_audit("payout_reconciled", REFUND, actor=None, now=NOW).actor is None


def test_an_entry_goes_with_the_action_that_it_tells_of() -> None:
    with transaction.atomic():
        record_audit("refund_requested", REFUND, actor=None, now=NOW)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda: AuditEntry.objects.update(reason="Never mind."),
        lambda: AuditEntry.objects.all()._raw_delete("default"),
    ],
    ids=["update", "delete"],
)
def test_the_database_refuses_to_change_the_trail(change: Callable[[], object]) -> None:
    record_audit("refund_requested", REFUND, actor=None, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        change()
