"""Why collections failed, and how many of them were recovered after all: by the code of the last decline."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from payments.finance.measures.recovery import Failure, FailureOutcome


@dataclass(frozen=True, slots=True)
class DeclineSummary:
    """The failures of one code and currency, and those of them that settled; amounts in minor units."""

    code: str
    currency: str
    failed_count: int
    failed: int
    recovered_count: int
    recovered: int

    @property
    def share(self) -> Fraction:
        """recovered_count ÷ failed_count, of which there is at least one."""
        return Fraction(self.recovered_count, self.failed_count)


def by_decline(told: Iterable[tuple[str, Failure]]) -> list[DeclineSummary]:
    """Return a summary of each code and currency, in their order; every failure is in exactly one."""
    groups: dict[tuple[str, str], list[Failure]] = defaultdict(list)
    for code, failure in told:
        groups[failure.currency, code].append(failure)
    return [_summary(code, currency, groups[currency, code]) for currency, code in sorted(groups)]


def _summary(code: str, currency: str, failures: list[Failure]) -> DeclineSummary:
    recovered = [each for each in failures if each.outcome is FailureOutcome.RECOVERED]
    return DeclineSummary(
        code=code,
        currency=currency,
        failed_count=len(failures),
        failed=sum(each.amount for each in failures),
        recovered_count=len(recovered),
        recovered=sum(each.amount for each in recovered),
    )
