"""What people gave: the sums by payer and year, each with the person who the payer is."""

from datetime import date, timedelta

from payments.customers.models import Customer
from payments.donations.giving.sql import SUMS, Sql, calendar_of, giving_sums, period_of
from payments.entities.models import LegalEntity
from payments.finance.giving.rows import fetched
from payments.periods import civil_date

_CUSTOMER = Customer._meta.db_table  # noqa: SLF001  Django's documented model API
_COLUMNS = ", ".join(f"sums.{name}" for name in SUMS)


class Given:
    """The gifts of an entity's people by its own years, which begin on its fiscal year's first day.

    A gift counts with what stands of it now, on the day it settled; one that went back whole is none. Gifts of which
    nobody knows whose they are are left out.
    """

    def __init__(self, slug: str) -> None:
        self._entity = LegalEntity.objects.get(slug=slug)
        self._calendar = calendar_of(self._entity)

    def until(self, last_year: int | None = None) -> Sql:
        """Return the sums until the end of a year, with the columns SUMS and `party`, `name` and `email`."""
        sums = giving_sums(self._entity)
        bound, params = ("", ()) if last_year is None else (" AND sums.year <= %s", (last_year,))
        return Sql(
            f"SELECT {_COLUMNS}, payer.party, payer.name, payer.email FROM ({sums.text}) sums"  # noqa: S608  our own names
            f" JOIN {_CUSTOMER} payer ON payer.id = sums.customer_id WHERE payer.party IS NOT NULL{bound}",
            (*sums.params, *params),
        )

    def currencies(self) -> list[str]:
        """Return in which currencies something was given, perhaps by somebody unknown, in their order."""
        sums = giving_sums(self._entity)
        rows = fetched(
            Sql(f"SELECT DISTINCT currency FROM ({sums.text}) sums ORDER BY currency", sums.params)  # noqa: S608
        )
        return [currency for (currency,) in rows]

    def last_year(self) -> int | None:
        """Return the last year with gifts; None before the first."""
        given = self.until()
        [(year,)] = fetched(Sql(f"SELECT MAX(year) FROM ({given.text}) given", given.params))  # noqa: S608
        return None if year is None else int(year)

    def days(self, year: int) -> tuple[date, date]:
        """Return the first and the last day of a year."""
        period, zone = period_of(self._calendar, year), self._calendar.time_zone
        last = civil_date(period.ends_at, zone) - timedelta(days=1)
        return civil_date(period.starts_at, zone), last
