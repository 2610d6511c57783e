"""The demo's newspaper: seeded once, with somebody for every desk."""

import pytest

from membership.models import User
from payments.models import Campaign, LegalEntity
from tests.demo.seed import seed

pytestmark = pytest.mark.django_db


def test_seeding_again_makes_nothing_twice() -> None:
    first = seed()
    assert seed() == first

    assert (LegalEntity.objects.count(), Campaign.objects.count(), User.objects.count()) == (
        1,
        2,
        4,
    )


def test_the_staff_may_do_what_a_visitor_is_told_to_try() -> None:
    newspaper = seed()

    assert newspaper.finance.has_perm("payments.view_gift_register")
    assert not newspaper.finance.has_perm("payments.replay_webhookevent")
    assert newspaper.finance_lead.has_perm("payments.replay_webhookevent")
    assert newspaper.editor.has_perm("payments.change_campaign")
    assert newspaper.second_editor.has_perm("membership.review_prompts")
