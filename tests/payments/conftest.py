"""What many tests of payments start with."""

from datetime import datetime

import pytest
from django.utils import timezone

from payments.checkouts.actions import CheckoutIntent
from payments.models import Campaign, Frequency


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def intent(campaign: Campaign) -> CheckoutIntent:
    return CheckoutIntent(
        campaign=campaign,
        frequency=Frequency.ONCE,
        currency="GBP",
        amount=1000,
        fee_cover=35,
        email="reader@example.org",
        name="Reader",
        country="GB",
        browser_session="browser",
        attribution={"prompt": "appeal", "utm_source": "letter"},
    )
