"""The marks at payments and refunds that say that they are on the books, so that nobody has to look for their lines."""

from collections.abc import Collection, Iterable, Sequence

from payments.donations.models import Payment, Refund
from payments.ledger.models import BalanceTransaction
from payments.ledger.movements import Movement

# The reporting category of the line with which a payment's money came.
CHARGE = "charge"
# Fits every engine's limit of parameters.
_CHUNK = 1000


def hold_payments(movements: Collection[Movement]) -> None:
    """Lock the payments whose money moved, in the order of their ids, until the caller's transaction ends.

    Whoever records a payment holds its row when it comes to insert the line, and a line waits for another's of the same
    id. So whoever books many takes all rows before the first line: else each would have what the other waits for.
    """
    ids = sorted({each.payment.pk for each in movements if each.payment})
    for start in range(0, len(ids), _CHUNK):
        some = Payment.objects.filter(pk__in=ids[start : start + _CHUNK]).order_by("pk")
        list(some.select_for_update(no_key=True).values_list("pk"))


def mark_booked(movements: Iterable[Movement], lines: Iterable[BalanceTransaction | None]) -> None:
    """Mark the payments and refunds of movements that `lines` on the books name: a payment once its charge is there.

    Safe to repeat. No mark is ever taken back, because no line is: what Stripe does not know is corrected.
    """
    booked = [line for line in lines if line]
    charged = {line.payment_id for line in booked if line.reporting_category == CHARGE}
    given_back = {line.refund_id for line in booked}
    owners = list(movements)
    _mark([each.payment for each in owners if each.payment and each.payment.pk in charged])
    _mark([each.refund for each in owners if each.refund and each.refund.pk in given_back])


def _mark(rows: Sequence[Payment] | Sequence[Refund]) -> None:
    unmarked = [row for row in rows if not row.is_booked]
    if not unmarked:
        return
    marked = type(unmarked[0])._default_manager.filter(pk__in={row.pk for row in unmarked})  # noqa: SLF001
    marked.update(is_booked=True)
    for row in unmarked:
        # Whoever saves the row they hold must not take the mark back.
        row.is_booked = True
