"""What many tests of payments start with."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone
from pytest_django import Settings
from time_machine import travel

from payments.checkouts.actions import CheckoutIntent
from payments.finance.kept.tasks import keep_month_files
from payments.models import Campaign, Frequency, KeptFile, LegalEntity, Payment
from tests.factories import CustomerFactory, SupporterFactory
from tests.payments.gifts import a_gift
from tests.payments.kept import READER, REPORTS, content_of
from tests.payments.months import CLOSING, THEN, close, lock, october


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


@pytest.fixture
def empty_storage(settings: Settings) -> None:
    """Begin without the files that other tests kept of the same month."""
    settings.STORAGES = dict(settings.STORAGES)


@pytest.fixture
def locked_gift(empty_storage: None, campaign: Campaign, entity: LegalEntity) -> Iterator[Payment]:
    """A gift of a supporter in a locked October; the clock stands just after it was locked."""
    supporter = SupporterFactory.create(email=READER)
    payer = CustomerFactory.create(
        entity=entity, email=READER, name="Rita Reader", party=supporter.reference
    )
    gift = a_gift(campaign, 2500, at=THEN, customer=payer)
    october(campaign)
    close(entity)
    lock(entity)
    with travel(CLOSING, tick=False):
        yield gift


@pytest.fixture
def kept_files(locked_gift: Payment) -> dict[tuple[str, str], bytes]:
    """Every file of that month, as it was kept."""
    for _ in REPORTS:
        keep_month_files()
    return {(each.report, each.format): content_of(each) for each in KeptFile.objects.all()}
