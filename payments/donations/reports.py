"""What Stripe reports of payments, and what recording it came to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from payments.donations.models import Payment
from payments.gateway.snapshots import PaymentSnapshot


@dataclass(frozen=True, slots=True)
class Report:
    """A payment as Stripe shows it; `cause` says who made us look, for the logs."""

    snapshot: PaymentSnapshot
    cause: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A payment that follows its report: whether it is on the books, and what this made of it.

    `gives_otherwise` says that another amount stands of it than before, or at another time.
    """

    payment: Payment
    snapshot: PaymentSnapshot
    is_known: bool
    has_settled: bool
    has_failed: bool
    is_processing: bool
    has_returned: bool
    gives_otherwise: bool


def one_of_each_gift(reports: Iterable[Report]) -> Iterator[list[Report]]:
    """Divide reports into groups in which no two are of one plan, checkout or payment, each in its order.

    Almost always that is one group. A second payment of a plan is recorded after the first, on the rows that it left.
    """
    waiting = list(reports)
    while waiting:
        group = {_gift(report.snapshot): report for report in reversed(waiting)}
        yield [report for report in waiting if group[_gift(report.snapshot)] is report]
        waiting = [report for report in waiting if group[_gift(report.snapshot)] is not report]


def _gift(snapshot: PaymentSnapshot) -> str:
    if snapshot.invoice is not None:
        return snapshot.invoice.subscription_id
    return snapshot.metadata.get("checkout") or snapshot.id
