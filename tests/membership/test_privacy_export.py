"""A reader may have everything that is kept about them, and nothing about anybody else."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from membership.letters.suppressing import hash_of
from membership.models import Supporter, Suppression
from membership.tiers.actions import set_tier
from payments.models import Campaign, Payment
from tests.factories import SupporterFactory, UserFactory
from tests.membership.givers import DAY
from tests.membership.monthly_gift import begin_gift
from tests.membership.tiers import derive_tier_of, make_tiers
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db
MINE = "/support/data/"
EMAIL = "reader@example.org"


def test_a_reader_downloads_their_history(
    client: Client, campaign: Campaign, sandbox: SandboxAccount, deliver: Callable[[], int]
) -> None:
    friend, patron = make_tiers()
    begin_gift(client, sandbox, deliver)
    supporter, now = Supporter.objects.get(), timezone.now()
    staff = UserFactory.create(email="staff@example.org")
    set_tier(supporter, patron, ends_at=now + DAY, reason="She helped.", by=staff, now=now)
    derive_tier_of(supporter, now=now)
    Suppression.objects.create(
        address_hash=hash_of(EMAIL), reason="bounced", supporter=supporter, recorded_at=now
    )
    other = SupporterFactory.create(email="other@example.org")
    set_tier(other, friend, ends_at=now + DAY, reason="He helped.", by=staff, now=now)
    sandbox.dispute(str(Payment.objects.get().stripe_charge_id))
    deliver()

    response = client.get(MINE)

    assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = response.json()
    assert [row["email"] for row in data["person"]] == [EMAIL]
    assert [row["to_tier__name"] for row in data["tiers"]] == ["Friend", "Patron"]
    assert [row["reason"] for row in data["tiers_set_by_staff"]] == ["She helped."]
    assert [row["address_hash"] for row in data["mail_refused"]] == [hash_of(EMAIL)]
    assert [row["state"] for row in data["disputes"]] == ["open"]
    assert all(
        data[name] for name in ("payments", "receipts", "recurring_gifts", "notices", "letters")
    )
    assert not [word for word in ("staff@", "other@") if word in response.content.decode()]
