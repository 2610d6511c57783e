"""Every operation of Stripe's API that the sandbox has, and how a request finds its own."""

from collections import defaultdict

from tests.sandbox.operations.billing import BILLING_OPERATIONS
from tests.sandbox.operations.checkout import CHECKOUT_OPERATIONS
from tests.sandbox.operations.cli import CLI_OPERATIONS
from tests.sandbox.operations.events_v2 import V2_OPERATIONS
from tests.sandbox.operations.money import MONEY_OPERATIONS
from tests.sandbox.operations.operation import Operation
from tests.sandbox.operations.payments import PAYMENT_OPERATIONS
from tests.sandbox.operations.platform import PLATFORM_OPERATIONS
from tests.sandbox.operations.portal import PORTAL_OPERATIONS

OPERATIONS = (
    PLATFORM_OPERATIONS
    + CHECKOUT_OPERATIONS
    + PAYMENT_OPERATIONS
    + MONEY_OPERATIONS
    + BILLING_OPERATIONS
    + V2_OPERATIONS
    + PORTAL_OPERATIONS
)

_BY_RESOURCE: dict[tuple[str, str], list[Operation]] = defaultdict(list)
for _operation in OPERATIONS + CLI_OPERATIONS:
    _BY_RESOURCE[_operation.method, _operation.path.split("/")[2]].append(_operation)


def find_operation(method: str, path: str) -> tuple[Operation, tuple[str, ...]] | None:
    """The operation of a request and the ids in its path."""
    _, _, resource, *_ = [*path.split("/"), "", "", ""]
    for operation in _BY_RESOURCE.get((method, resource), ()):
        if match := operation.pattern.fullmatch(path):
            return operation, match.groups()
    return None
