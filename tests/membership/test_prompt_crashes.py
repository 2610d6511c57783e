"""A publish that stops half-way has changed nothing, and what was written stays written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from membership.models import (
    PromptBundle,
    PromptCampaign,
    PromptPublication,
    PromptRelease,
    PromptReview,
    PromptRevision,
    PromptRules,
)
from membership.prompts.publishing import roll_back
from membership.prompts.queries import latest_publication
from payments.trigger_sql import Refusal, dialect_of
from tests.factories import NOON
from tests.membership.prompt_desk import Desk, row_counts, titles, words

pytestmark = pytest.mark.django_db

_MINUTE = timedelta(minutes=1)


@contextmanager
def _crash_at(model: type) -> Iterator[None]:
    """Have the database refuse the next row of `model`, as a machine that dies there would."""
    table = model._meta.db_table  # type: ignore[attr-defined]
    refusal, dialect = Refusal(table, "crash", "INSERT"), dialect_of(connection)
    with connection.cursor() as cursor:
        for statement in dialect.create(refusal):
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        for statement in dialect.drop(refusal.name, table):
            cursor.execute(statement)


@pytest.mark.parametrize("model", [PromptRelease, PromptBundle, PromptPublication])
def test_a_crash_at_any_step_of_a_publish_changes_nothing_and_loses_nothing(
    desk: Desk, live: PromptPublication, model: type
) -> None:
    desk.write(variants=words("New words"))
    counts = row_counts()

    with _crash_at(model):
        with pytest.raises(IntegrityError, match="crash"):
            desk.publish(now=NOON + _MINUTE)
        assert row_counts() == counts
        assert latest_publication() == live

    assert titles(desk.publish(now=NOON + 2 * _MINUTE)) == {"spring-appeal": "New words"}


@pytest.mark.parametrize("model", [PromptRelease, PromptPublication])
def test_a_crash_at_any_step_of_a_rollback_leaves_what_was_published(
    desk: Desk, live: PromptPublication, model: type
) -> None:
    desk.write(variants=words("A mistake"))
    mistake = desk.publish(now=NOON + _MINUTE)
    assert live.bundle is not None
    counts = row_counts()

    with _crash_at(model):
        with pytest.raises(IntegrityError, match="crash"):
            roll_back(live.bundle, by=desk.writer, now=NOON + 2 * _MINUTE)
        assert row_counts() == counts
        assert latest_publication() == mistake


@pytest.mark.parametrize(
    "change",
    [
        lambda: PromptBundle.objects.update(body=b"{}"),
        lambda: PromptPublication.objects.update(kind="publish"),
        lambda: PromptRevision.objects.update(note="rewritten"),
        lambda: PromptReview.objects.update(verdict="approved"),
        lambda: PromptRules.objects.update(note="rewritten"),
        lambda: PromptRelease.objects.update(reason="rewritten"),
        lambda: PromptCampaign.objects.update(key="renamed"),
        lambda: PromptPublication.objects.all()._raw_delete("default"),
    ],
)
def test_the_database_keeps_what_was_written(live: PromptPublication, change: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        change()  # type: ignore[operator]
