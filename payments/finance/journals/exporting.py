"""Journals as exports: written by the task that writes every file of the desk, with figures that prove them."""

import hashlib
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlencode

from django.urls import reverse

from payments.entities.models import LegalEntity
from payments.errors import JournalsUnmapped
from payments.finance.columns import Figures
from payments.finance.exportable import Exportable, Watch, Written
from payments.finance.journals.formats import FORMATS
from payments.finance.journals.formats.base import Format
from payments.finance.journals.forms import JournalSelectionForm
from payments.finance.journals.packing import packed
from payments.finance.journals.queries import Prepared, prepared_journals
from payments.finance.journals.sources import JournalBy
from payments.finance.orders import ExportOrder, Origin
from payments.finance.selections import Filters, PeriodSelection
from payments.finance.snapshot import one_snapshot

_NAME = "journals"


@dataclass(frozen=True, slots=True)
class JournalSelection(PeriodSelection):
    """Journals of payouts that arrive, or of days on which lines count, from `first` to `last`, both included."""

    by: str = JournalBy.PAYOUT.value


def selected(order: ExportOrder, watch: Watch = lambda done, expected: None) -> Prepared:
    """Return the journals that an order is for, or what stands in their way. Raises ValueError without days."""
    selection = JournalSelection.from_filters(order.filters)
    if selection.first is None or selection.last is None:
        raise ValueError("Journals are of the days from one to another.")
    return prepared_journals(
        LegalEntity.objects.get(slug=selection.entity),
        JournalBy(selection.by),
        FORMATS[order.format],
        first=selection.first,
        last=selection.last,
        watch=watch,
    )


def _write(origin: Origin, target: BinaryIO, watch: Watch) -> Written:
    """Write the package's file, or a zip of several; raises JournalsUnmapped and JournalTooLong, and writes nothing."""
    order = origin.order
    with one_snapshot():
        prepared = selected(order, watch)
        country = _country(order)
    if prepared.is_blocked:
        raise JournalsUnmapped([each.words for each in prepared.missing])
    stem = "-".join([_NAME, *(order.filters[name] for name in ("entity", "first", "last"))])
    file = packed(prepared.journals, FORMATS[order.format], stem=stem, country=country)
    target.write(file.content)
    return Written(
        _figures(prepared, FORMATS[order.format], country),
        file.filename.rpartition(".")[2],
        tuple(payout.stripe_id for payout in prepared.waiting),
    )


def _state(order: ExportOrder) -> str:
    return _figures(selected(order), FORMATS[order.format], _country(order)).state


def _country(order: ExportOrder) -> str:
    return LegalEntity.objects.values_list("country", flat=True).get(slug=order.filters["entity"])


def _figures(prepared: Prepared, form: Format, country: str) -> Figures:
    """Return how many lines the format takes of the journals, and their debits and credits by currency."""
    sums: dict[str, dict[str, int]] = {"debit_minor": {}, "credit_minor": {}}
    count = 0
    for journal in prepared.journals:
        for line in journal.lines:
            if form.takes(line):
                count += 1
                side = sums["debit_minor" if line.amount > 0 else "credit_minor"]
                side[journal.currency] = side.get(journal.currency, 0) + abs(line.amount)
    return Figures(
        count,
        {side: dict(sorted(amounts.items())) for side, amounts in sums.items()},
        fingerprint=_fingerprint(prepared, country),
    )


def _fingerprint(prepared: Prepared, country: str) -> str:
    waiting = [payout.stripe_id for payout in prepared.waiting]
    digest = hashlib.sha256(repr((country, waiting)).encode())
    for journal in prepared.journals:
        digest.update(repr(journal).encode())
    return digest.hexdigest()


def _address(filters: Filters) -> str:
    return f"{reverse('payments:journals')}?{urlencode(dict(filters))}"


JOURNALS = Exportable(
    name=_NAME,
    title="Journals",
    permission="payments.view_reports",
    schema_version=1,
    form=JournalSelectionForm,
    formats=FORMATS,
    write=_write,
    state=_state,
    address=_address,
)
