"""A status token that was copied ends with its sign-in, and with a change of who may read the supporter's mail."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from membership.models import RevokedToken, Supporter
from membership.privacy.actions import ask_to_erase, erase_supporter
from membership.supporters.actions import claim_supporter
from membership.supporters.revoking import forget_revoked_tokens, revoke_token
from tests.factories import NOON, UserFactory
from tests.membership.givers import paid, signed_in_giver
from tests.sign_in import sign_in

pytestmark = pytest.mark.django_db
ME = "/api/v1/me/"
STATUS = "/api/v1/status/"


def signed_in(supporter: Supporter) -> Client:
    """A browser in which the supporter signed in; its status token came with it."""
    browser = Client()
    browser.force_login(supporter.user)  # type: ignore[arg-type]
    browser.get(STATUS)
    return browser


def token_in(browser: Client) -> str:
    return browser.cookies["status"].value


def is_known(token: str) -> bool:
    """Whether a copy of a token opens anything: what the newsroom's server is told, or a renewal."""
    answer = Client().get(ME, headers={"Authorization": f"Bearer {token}"})
    copy = Client()
    copy.cookies["status"] = token
    is_renewed = copy.get(STATUS).json()["state"] != "anonymous"
    assert is_renewed == bool(token_in(copy))
    assert (answer.status_code == 200) == is_renewed
    return is_renewed


@pytest.fixture
def supporter() -> Supporter:
    return signed_in_giver(paid())


def test_a_copy_of_a_token_is_worth_nothing_after_signing_out(supporter: Supporter) -> None:
    browser = signed_in(supporter)
    token = token_in(browser)
    assert is_known(token)

    browser.post("/accounts/logout/")

    assert not token_in(browser)
    assert not is_known(token)


def test_a_renewed_token_ends_with_the_sign_in_that_it_came_from(supporter: Supporter) -> None:
    browser = signed_in(supporter)
    copy = Client()
    copy.cookies["status"] = token_in(browser)
    copy.get(STATUS)
    renewed = token_in(copy)

    browser.post("/accounts/logout/")

    assert not is_known(renewed)


def test_an_old_copy_lends_nothing_to_the_next_sign_in(supporter: Supporter) -> None:
    browser = signed_in(supporter)
    ended = token_in(browser)
    browser.post("/accounts/logout/")
    browser.cookies["status"] = ended

    sign_in(browser, supporter.email)

    assert is_known(token_in(browser))
    assert not is_known(ended)


def test_signing_out_leaves_the_words_of_the_other_browsers(supporter: Supporter) -> None:
    phone, library = signed_in(supporter), signed_in(supporter)

    library.post("/accounts/logout/")

    assert is_known(token_in(phone))


def test_signing_out_everywhere_ends_every_copy_but_this_browsers_own(supporter: Supporter) -> None:
    here, elsewhere = signed_in(supporter), signed_in(supporter)
    old = token_in(here)

    here.post("/support/sessions/")

    assert not is_known(token_in(elsewhere))
    assert not is_known(old)
    assert is_known(token_in(here))


def test_a_changed_email_ends_what_the_old_mailbox_may_have_opened(supporter: Supporter) -> None:
    token = token_in(signed_in(supporter))
    user = supporter.user
    assert user is not None
    user.email = "moved@example.org"
    user.save()

    claim_supporter(user, now=NOON)

    assert not is_known(token)
    assert is_known(token_in(signed_in(Supporter.objects.get(pk=supporter.pk))))


def test_an_erasure_ends_every_token(supporter: Supporter) -> None:
    token = token_in(signed_in(supporter))

    erase_supporter(ask_to_erase(supporter, cause="reader", now=NOON), now=NOON)

    assert not is_known(token)


def test_a_token_of_somebody_else_is_not_ended(supporter: Supporter) -> None:
    other = claim_supporter(UserFactory.create(), now=NOON)
    token = token_in(signed_in(other))

    signed_in(supporter).post("/accounts/logout/")

    assert is_known(token)


def test_a_revocation_is_kept_as_long_as_a_token_can_hold(supporter: Supporter) -> None:
    browser = signed_in(supporter)
    browser.post("/accounts/logout/")
    revoked = RevokedToken.objects.get()
    revoke_token(revoked.session, now=timezone.now())
    assert RevokedToken.objects.count() == 1

    assert forget_revoked_tokens(now=revoked.revoked_at + timedelta(days=399)) == 0
    assert forget_revoked_tokens(now=revoked.revoked_at + timedelta(days=400)) == 1
