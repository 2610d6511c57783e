"""Money back is summed by refund, and a refund that failed gives its amount back."""

from collections.abc import Iterator

import pytest

from payments.donations.actions import record_refund
from payments.models import Campaign, Checkout, PaymentStatus, Refund, RefundStatus
from tests.payments.reports import a_checkout, hearing, record, refund
from tests.payments.snapshots import NOON, a_payment, a_refund

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard() -> Iterator[list[str]]:
    with hearing() as names:
        yield names


@pytest.fixture
def checkout(campaign: Campaign) -> Checkout:
    return a_checkout(campaign)


def test_refunds_add_up_and_a_failed_one_gives_its_amount_back(
    checkout: Checkout, heard: list[str]
) -> None:
    record(a_payment(checkout))
    payment = refund(a_refund(1, 400), a_refund(1, 400))
    assert (payment.status, payment.net_given) == ("partially_refunded", 635)
    payment = refund(a_refund(2, 635))
    assert (payment.status, payment.net_given) == ("refunded", 0)
    payment = refund(a_refund(2, 635, status="failed"))
    assert (payment.status, payment.net_given) == ("partially_refunded", 635)
    payment = refund(a_refund(1, 400, status="failed"))
    assert (payment.status, payment.net_given) == ("succeeded", 1035)
    assert heard == ["succeeded"] + ["refunded"] * 4
    assert Refund.objects.filter(failed_at=NOON).count() == 2


def test_a_refund_stands_once_under_way_and_is_told_again_when_it_went_through(
    checkout: Checkout, heard: list[str]
) -> None:
    record(a_payment(checkout))
    assert refund(a_refund(status="pending")).refunded_amount == 400
    assert heard == ["succeeded", "refunded"]
    refund(a_refund(status="succeeded"), a_refund(status="pending"), a_refund(status="succeeded"))
    assert Refund.objects.get().status == RefundStatus.SUCCEEDED
    assert heard == ["succeeded", "refunded", "refunded"]


def test_a_failed_refund_stays_failed(checkout: Checkout) -> None:
    record(a_payment(checkout))
    payment = refund(a_refund(status="failed"), a_refund(status="succeeded"))
    assert Refund.objects.get().status == RefundStatus.FAILED
    assert payment.refunded_amount == 0


def test_a_late_report_of_success_leaves_a_refunded_payment_refunded(checkout: Checkout) -> None:
    record(a_payment(checkout))
    refund(a_refund(1, 1035))
    assert record(a_payment(checkout)).status == PaymentStatus.REFUNDED


def test_a_refund_without_its_payment_is_left_to_the_caller(db: None) -> None:
    assert record_refund(a_refund(), cause="test", now=NOON) is None


def test_refunds_that_seem_to_exceed_the_payment_are_capped_and_logged(
    checkout: Checkout, caplog: pytest.LogCaptureFixture
) -> None:
    record(a_payment(checkout))
    payment = refund(a_refund(1, 1035), a_refund(2, 1035))
    assert (payment.status, payment.refunded_amount) == ("refunded", 1035)
    assert "exceed" in caplog.text
