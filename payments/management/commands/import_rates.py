from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from payments.errors import RatesUnreadable
from payments.ledger.ecb import read_rates
from payments.ledger.rate_import import import_rates
from payments.ledger.reporting import record_waiting_amounts


class Command(BaseCommand):
    """The file comes from whoever may reach the network; nothing is fetched here."""

    help = (
        "Store the euro reference rates of the European Central Bank from eurofxref.csv, "
        "eurofxref-hist.csv or the zip of either, and work out what waited for them. Safe to "
        "repeat. A rate that differs from the stored one is refused and listed. A daily import "
        "of the 90 days' file also fills the days that were missed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="ECB", help="Who published it (default: ECB).")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            published = read_rates(options["file"].read_bytes(), today=now.date())
        except (OSError, RatesUnreadable) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        result = import_rates(published, source=options["source"][:60], now=now)
        recorded = record_waiting_amounts(now=now)
        self.stdout.write(
            f"{result.new_count} new rates, {result.known_count} known before, "
            f"{len(result.refused)} refused; {recorded} reporting amounts recorded."
        )
        for refused in result.refused:
            self.stderr.write(str(refused))
        if result.refused:
            raise CommandError("Rates that differ from the stored ones were refused; see above.")
