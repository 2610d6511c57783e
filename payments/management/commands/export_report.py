"""Write a report's file without a browser, for cron."""

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from payments.entities.models import LegalEntity
from payments.errors import PaymentsError
from payments.finance.actions import log_report_file
from payments.finance.exportable import Exportable
from payments.finance.exportables import EXPORTABLES
from payments.finance.filters import usual_periods
from payments.finance.journals.formats import FORMATS
from payments.finance.local_files import manifest_path, write_local_file
from payments.finance.orders import Asking, ExportOrder
from payments.finance.writers import WRITERS
from payments.finance.writers.xlsx import CellTooLong
from payments.periods import civil_date

logger = logging.getLogger(__name__)

_PERIODS = ("this-month", "last-month", "this-year", "all")


class Command(BaseCommand):
    """The same rows, figures and formats as the finance desk's exports; exits with 1 when there is no file."""

    help = "Write a report of the finance desk to a file, with its manifest beside it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("report", help=", ".join(EXPORTABLES))
        parser.add_argument(
            "--format",
            default="csv",
            help=f"{', '.join(WRITERS)}; of journals {', '.join(FORMATS)}",
        )
        parser.add_argument(
            "--output", required=True, metavar="FILE", help="is replaced when it is there"
        )
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="for instance first=2026-01-01; once for each filter of the report's page",
        )
        parser.add_argument(
            "--period", choices=_PERIODS, help="the usual days, in the newspaper's time zone"
        )
        parser.add_argument(
            "--as", dest="person", default="", metavar="EMAIL", help="whose permissions count"
        )
        parser.add_argument(
            "--personal", action="store_true", help="with names and emails; needs --as"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        now = timezone.now()
        exportable: Exportable = _named(EXPORTABLES, options["report"], "report")
        _named(exportable.formats, options["format"], "format")
        person = _person(options["person"]) if options["person"] else None
        _check_permissions(person, exportable, with_personal=options["personal"])
        order = ExportOrder(
            exportable.name,
            options["format"],
            _filters(exportable, options["filter"], options["period"]),
            options["personal"],
        )
        path = Path(options["output"])
        by = str(person) if person else "manage.py export_report"
        try:
            facts = write_local_file(
                order, Asking(by, now, exportable.schema_version), path, clock=timezone.now
            )
        except (OSError, CellTooLong, PaymentsError) as error:
            raise CommandError(f"{path} was not written: {error}") from error
        if person is not None:
            log_report_file(person, order, now=now)
        logger.info(
            "Report %s was written to a file: %s rows.", exportable.name, facts["row_count"]
        )
        self.stdout.write(f"{facts['row_count']} rows of {exportable.title} in {path}")
        if "locked_month" in facts:
            self.stdout.write(
                f"kept when {facts['locked_month']} was locked, data as of {facts['as_of']}"
            )
        if left_out := facts.get("left_out"):
            self.stdout.write(f"left out, because they are not reconciled: {', '.join(left_out)}")
        self.stdout.write(f"sha256 {facts['sha256']}, figures in {manifest_path(path)}")


def _named(index: Any, name: str, kind: str) -> Any:
    if name not in index:
        raise CommandError(f"There is no {kind} {name}. Choose one of: {', '.join(index)}.")
    return index[name]


def _person(email: str) -> Any:
    person = get_user_model().objects.filter(email__iexact=email, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no active user {email}.")
    return person


def _check_permissions(person: Any, exportable: Exportable, *, with_personal: bool) -> None:
    if with_personal and person is None:
        raise CommandError("Names and emails need a person who may see them: add --as EMAIL.")
    if person is None:
        return
    wanted = ["payments.add_export", exportable.permission]
    if with_personal:
        wanted.append("payments.view_personal_data")
    if missing := [name for name in wanted if not person.has_perm(name)]:
        raise CommandError(f"{person.get_username()} lacks the permission {', '.join(missing)}.")


def _filters(exportable: Exportable, given: list[str], period: str | None) -> dict[str, str]:
    entity = LegalEntity.objects.order_by("id").first()
    if entity is None:
        raise CommandError("There is no newspaper yet: run manage.py setup_newspaper first.")
    values = {"entity": entity.slug}
    for each in given:
        name, separator, value = each.partition("=")
        if not separator or name not in exportable.form.base_fields:
            names = ", ".join(exportable.form.base_fields)
            raise CommandError(
                f"{each} is no filter of {exportable.name}: write NAME=VALUE with one of {names}."
            )
        values[name] = value
    if period:
        if not exportable.has_period:
            raise CommandError(f"{exportable.name} has no period.")
        words = period.replace("-", " ").capitalize()
        values |= usual_periods(civil_date(timezone.now(), entity.time_zone))[words]
    form = exportable.form(values)
    if not form.is_valid():
        wrong = [f"{name}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()]
        raise CommandError("; ".join(wrong))
    return form.as_filters()
