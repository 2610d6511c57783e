"""Two people at the refund desk at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import Sum

from membership.models import User
from payments.desk.actions import RefundOrder, write_refund_request
from payments.errors import RefundRefused
from payments.models import Campaign, Payment, RefundReason, RefundRequest
from tests.factories import NOON, UserFactory
from tests.payments.gifts import a_gift

pytestmark = pytest.mark.django_db(transaction=True)


def ask_at_once(payment: Payment, people: list[User], amounts: list[int]) -> list[object]:
    """Let each person ask for the payment's first refund; returns the request's id or the refusal of each."""
    start = Barrier(len(people))

    def ask(person: User, amount: int) -> object:
        order = RefundOrder(payment.pk, 1, amount, RefundReason.REQUESTED, "Asked by letter.")
        start.wait()
        try:
            return write_refund_request(order, actor=person, now=NOON).pk
        except RefundRefused as refusal:
            return str(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as threads:
        return list(threads.map(ask, people, amounts))


def test_two_tabs_make_one_refund_and_two_wishes_never_exceed_the_payment(
    campaign: Campaign,
) -> None:
    people = [UserFactory.create() for _ in range(4)]
    payment = a_gift(campaign, 1000, is_booked=False)
    assert len(set(ask_at_once(payment, people, [600] * 4))) == 1

    other = a_gift(campaign, 1000, is_booked=False)
    ask_at_once(other, people, [600, 700, 800, 900])
    asked = RefundRequest.objects.filter(payment=other).aggregate(sum=Sum("amount"))["sum"]
    assert asked <= other.amount
    assert RefundRequest.objects.filter(payment=other).count() == 1
