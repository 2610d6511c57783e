"""API calls that fail on demand."""

from typing import Any

from tests.sandbox.engine.account import Account
from tests.sandbox.engine.faults import FailNext


def fail_next(account: Account, body: dict[str, Any]) -> dict[str, Any]:
    account.api_faults.waiting.append(
        FailNext(
            remaining=int(body.get("n", 1)),
            status=body.get("status", 500),
            path_contains=body.get("path_contains", ""),
            seconds=float(body.get("seconds", 30)),
        )
    )
    return {}


CONTROLS = {"fail_next": fail_next}
