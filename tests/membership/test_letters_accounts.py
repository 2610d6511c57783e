"""What is written when a supporter's address changes or two records become one."""

import pytest

from membership.models import Letter
from membership.supporters.actions import claim_supporter
from membership.supporters.attaching import attach_payment
from payments.models import LegalEntity
from tests.factories import NOON
from tests.membership.givers import paid, signed_in_giver

pytestmark = pytest.mark.django_db


def test_the_former_address_is_told_and_the_new_one_is_not_named() -> None:
    own = signed_in_giver(paid("ada@example.org"))
    assert own.user is not None
    own.user.email = "countess@example.org"
    own.user.save()
    claim_supporter(own.user, now=NOON)
    letter = Letter.objects.get(kind="email_changed")
    assert letter.context["payer_email"] == "ada@example.org"
    assert letter.supporter is None
    assert "countess" not in str(letter.context)


def test_gifts_of_two_addresses_that_are_joined_are_told_of_once() -> None:
    own = signed_in_giver(paid("ada@example.org"))
    attach_payment(paid("countess@example.org").pk, now=NOON)
    assert own.user is not None
    own.user.email = "countess@example.org"
    own.user.save()
    claim_supporter(own.user, now=NOON)
    claim_supporter(own.user, now=NOON)
    letter = Letter.objects.get(kind="accounts_merged")
    assert letter.context["payer_email"] == "countess@example.org"
    assert letter.context["issuer"]["trading_name"] == LegalEntity.objects.get().trading_name
