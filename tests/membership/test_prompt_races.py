"""Editors who press the same button at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from membership.errors import PromptsError, PublishRefused, RevisionStale
from membership.models import PromptPublication, PromptRelease, PromptRevision, ReviewVerdict
from membership.prompts.actions import review_revision, save_revision
from membership.prompts.publishing import publish, roll_back, stop_prompts
from tests.factories import NOON
from tests.membership.prompt_definitions import definition
from tests.membership.prompt_desk import Desk

pytestmark = pytest.mark.django_db(transaction=True)

_AT_ONCE = 4


def _together(act: Callable[[int], object]) -> list[object]:
    """Run `act` in threads that begin at one moment; returns what each returned, or the error for editors."""
    barrier = Barrier(_AT_ONCE)

    def run(number: int) -> object:
        try:
            barrier.wait()
            return act(number)
        except PromptsError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(run, range(_AT_ONCE)))


def test_of_those_who_publish_or_save_at_once_one_does_it_and_the_others_are_told(
    desk: Desk, live: PromptPublication
) -> None:
    campaign = PromptRevision.objects.get().campaign
    saved = _together(
        lambda number: save_revision(
            campaign,
            definition(priority=number),
            based_on=1,
            by=desk.writer,
            now=NOON,
        )
    )
    (revision,) = [each for each in saved if isinstance(each, PromptRevision)]
    assert sum(isinstance(each, RevisionStale) for each in saved) == _AT_ONCE - 1
    review_revision(revision, verdict=ReviewVerdict.APPROVED, by=desk.reviewer, now=NOON)

    published = _together(lambda _: publish(by=desk.reviewer, now=NOON))
    assert sum(isinstance(each, PromptPublication) for each in published) == 1
    assert sum(isinstance(each, PublishRefused) for each in published) == _AT_ONCE - 1
    assert PromptRelease.objects.filter(revision=revision).count() == 1

    stopped = _together(lambda _: stop_prompts(by=desk.reviewer, now=NOON))
    assert len({each.pk for each in stopped if isinstance(each, PromptPublication)}) == 1

    assert live.bundle is not None
    bundle = live.bundle
    backs = _together(lambda _: roll_back(bundle, by=desk.writer, now=NOON))
    assert {type(each) for each in backs} == {PromptPublication}
    # The first put the earlier revision back; the others found it there.
    assert PromptRelease.objects.filter(revision__number=1).count() == 2
