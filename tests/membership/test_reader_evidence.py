"""What a reader did on the site, as staff may tell it to the payer's bank."""

from datetime import UTC, datetime, timedelta

import pytest

from membership.models import ConsentRecord
from membership.supporters.models import ConsentPurpose
from payments.finance.providers import acts_of
from tests.factories import SupporterFactory, UserFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_proof_of_the_address_sign_ins_and_consents_are_told_in_order_until_a_moment() -> None:
    reader = SupporterFactory.create(
        user=UserFactory.create(last_login=NOON + 2 * HOUR),
        email="ada@example.org",
        name="Ada Reader",
        email_verified_at=NOON,
    )
    for hours, granted in ((1, True), (4, False)):
        ConsentRecord.objects.create(
            supporter=reader,
            purpose=ConsentPurpose.values[0],
            granted=granted,
            text="Write to me about new campaigns.",
            text_version="1",
            source="donation page",
            recorded_at=NOON + hours * HOUR,
        )
    acts = acts_of(reader.reference, until=NOON + 3 * HOUR)
    assert [(act.at - NOON, act.what) for act in acts] == [
        (timedelta(0), "Proved the email address with a code sent to it"),
        (HOUR, "Agreed to: Write to me about new campaigns."),
        (2 * HOUR, "Signed in, the latest time that is kept"),
    ]
    later = acts_of(reader.reference, until=NOON + 5 * HOUR)
    assert later[-1].what == "Did not agree to: Write to me about new campaigns."
    assert "Ada" not in str(later)
