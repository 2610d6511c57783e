"""A link in a letter opens its one purpose, for its subject, until its day, and nothing else."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from membership.errors import LinkExpired, LinkUnknown
from membership.supporters.links import LinkPurpose, make_link, make_token, read_link
from tests.factories import NOON

DAY = timedelta(days=1)


def token_for(purpose: LinkPurpose, subject: UUID) -> str:
    return make_token(purpose, subject, expires_at=NOON + DAY)


@given(st.uuids(), st.sampled_from(LinkPurpose))
def test_a_link_names_its_subject(subject: UUID, purpose: LinkPurpose) -> None:
    assert read_link(token_for(purpose, subject), purpose, now=NOON) == subject


def test_a_link_is_good_until_its_day_and_not_after() -> None:
    token = token_for(LinkPurpose.STOP, uuid4())
    assert read_link(token, LinkPurpose.STOP, now=NOON + DAY - timedelta(seconds=1))
    with pytest.raises(LinkExpired):
        read_link(token, LinkPurpose.STOP, now=NOON + DAY)


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_a_link_opens_no_other_purpose(purpose: LinkPurpose) -> None:
    token = token_for(purpose, uuid4())
    for other in set(LinkPurpose) - {purpose}:
        with pytest.raises(LinkUnknown):
            read_link(token, other, now=NOON)


def test_what_was_tampered_with_opens_nothing() -> None:
    token = token_for(LinkPurpose.STOP, uuid4())
    for position in range(0, len(token), 7):
        other = "A" if token[position] != "A" else "B"
        with pytest.raises(LinkUnknown):
            read_link(token[:position] + other + token[position + 1 :], LinkPurpose.STOP, now=NOON)
    for nonsense in ("", ".", "a.b", token.partition(".")[0]):
        with pytest.raises(LinkUnknown):
            read_link(nonsense, LinkPurpose.STOP, now=NOON)


def test_the_address_is_absolute_and_names_nobody() -> None:
    subject = uuid4()
    link = make_link(LinkPurpose.STOP, subject, valid_for=DAY, now=NOON)
    assert link.startswith(f"{settings.SITE_URL}/letters/stop/")
    assert str(subject) not in link
    assert len(link) < 150
