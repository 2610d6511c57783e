"""Words of Stripe's that are longer than our columns must not cost a payment."""

import pytest

from payments.models import Campaign, Customer, Payment, PaymentStatus
from tests.payments.stories import deliver_one_by_one, open_page
from tests.sandbox.client import SandboxAccount

pytestmark = pytest.mark.django_db


def test_a_cardholders_name_that_is_too_long_is_cut(
    campaign: Campaign, sandbox: SandboxAccount
) -> None:
    # Stripe takes names of 256 characters.
    sandbox.pay(open_page(campaign, name="").url, name="N" * 256)

    deliver_one_by_one(sandbox.take_deliveries())

    assert Payment.objects.get().status == PaymentStatus.SUCCEEDED
    assert Customer.objects.get().name == "N" * 200
