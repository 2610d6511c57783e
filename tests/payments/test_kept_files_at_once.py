"""Files of a locked month that several ask for at once, each in a session of its own: kept once, of one instant."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from payments.finance.kept.actions import claim_report, kept_file
from payments.models import AccountingPeriod, KeptFile, Payment
from tests.payments.kept import FORMATS, REPORTS, content_of, order_of, stored
from tests.payments.months import CLOSING
from tests.payments.test_receipts_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_those_who_ask_at_once_get_the_same_file(locked_gift: Payment) -> None:
    period = AccountingPeriod.objects.select_related("entity", "locked_by").get()

    def ask() -> bytes:
        return content_of(kept_file(period, order_of(form="xlsx"), clock=timezone.now))

    assert len(set(at_once([ask] * 4))) == 1

    register = KeptFile.objects.filter(report="gift_register")
    assert len({each.as_of for each in register}) == 1
    assert all(sha256(content_of(each)).hexdigest() == each.sha256 for each in register)
    assert len(stored()) == len(FORMATS)
    for folder in stored():
        assert len(default_storage.listdir(f"months/courier/2026-10/{folder}")[1]) == 1


def test_workers_that_come_at_once_take_different_reports(locked_gift: Payment) -> None:
    def work() -> str:
        claimed = claim_report(now=CLOSING)
        assert claimed is not None
        return claimed[1]

    assert len(set(at_once([work] * 4))) == 4


def test_every_report_is_written_from_a_snapshot_of_its_own_session(locked_gift: Payment) -> None:
    period = AccountingPeriod.objects.select_related("entity", "locked_by").get()

    for report in REPORTS:
        for form in FORMATS:
            kept = kept_file(
                period, order_of(report, form), clock=lambda: CLOSING + timedelta(minutes=1)
            )
            assert sha256(content_of(kept)).hexdigest() == kept.sha256, (report, form)
