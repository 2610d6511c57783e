"""JSON for every other package: amounts as strings of major units and as integers of minor units."""

import json
from collections.abc import Sequence

from payments.finance.journals.formats.base import Format
from payments.finance.journals.journal import Journal

_VERSION = 1


def _write(journals: Sequence[Journal], country: str) -> bytes:
    facts = {
        "schema_version": _VERSION,
        "journals": [
            {
                "reference": journal.reference,
                "date": journal.on.isoformat(),
                "narration": journal.narration,
                "currency": journal.currency,
                "lines": [
                    {
                        "account": line.account,
                        "code": line.target.code,
                        "tax_rate": line.target.tax_rate,
                        "tracking_name": line.target.tracking_name,
                        "tracking_option": line.target.tracking_option,
                        "description": line.description,
                        "amount": str(journal.major(line.amount)),
                        "amount_minor": line.amount,
                    }
                    for line in journal.lines
                ],
            }
            for journal in journals
        ],
    }
    return (json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode()


GENERIC = Format(
    name="json",
    title="JSON for any other package",
    extension="json",
    content_type="application/json",
    write=_write,
    mixes_currencies=True,
)
