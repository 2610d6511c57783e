"""How many queries the pages of My support ask, for a reader with a gift a month, a tier and a year of payments."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from membership.models import Supporter
from payments.models import Payment, RecurringPlan
from tests.factories import DonationFactory, PaymentFactory
from tests.membership.givers import recurring_payment, signed_in_giver
from tests.membership.tiers import derive_tier_of, make_tiers

_MONTHS = 12


def count_queries() -> None:
    """Print the queries of each page, session and user included."""
    payment = recurring_payment()
    supporter = derive_tier_of(_with_a_year(payment))
    plan = RecurringPlan.objects.get()
    reader = Client()
    reader.force_login(supporter.user)
    print(f"Queries of a signed-in supporter's page, {_MONTHS} payments, a plan and a tier")
    for path in (
        "/support/",
        "/support/card/",
        f"/support/plans/{plan.reference}/stop/",
        "/api/v1/me/",
        "/api/v1/status/",
    ):
        reader.get(path)
        with CaptureQueriesContext(connection) as captured:
            response = reader.get(path)
        shown = path.replace(str(plan.reference), "…")
        print(f"  {shown:<48}  {len(captured):9} queries, answer {response.status_code}")


def _with_a_year(payment: Payment) -> Supporter:
    make_tiers()
    supporter = signed_in_giver(payment)
    gift = payment.donation
    for month in range(2, _MONTHS + 1):
        PaymentFactory.create(
            donation=DonationFactory.create(
                customer=gift.customer, plan=gift.plan, frequency="monthly", sequence=month
            ),
            succeeded_at=payment.created_at - timedelta(days=month),
        )
    return supporter
