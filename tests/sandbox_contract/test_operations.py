"""Each operation is one that the SDK has: same method, same path, same parameters type."""

import re
from pathlib import Path

import pytest
import stripe

from tests.sandbox.contract.annotations import params_class, params_fields
from tests.sandbox.operations import OPERATIONS, find_operation
from tests.sandbox.operations.operation import Operation

METHOD = re.compile(
    r"    def (?!\w+_async)\w+\((?P<signature>.*?)\) -> .*?_request\(\s*\"(?P<verb>\w+)\",\s*"
    r"\"(?P<path>/v[12]/[^\"]+)\"",
    re.DOTALL,
)
PARAMS = re.compile(r"params: (?:Optional\[)?\s*\"(\w+)\"")


def _operations_of_the_sdk() -> dict[tuple[str, str], str]:
    """(method, path) → parameters type, read from the SDK's generated services."""
    found = {}
    for source in Path(stripe.__file__).parent.rglob("*_service.py"):
        for match in METHOD.finditer(source.read_text()):
            path = re.sub(r"\{\w+\}", "{id}", match["path"])
            if params := PARAMS.search(match["signature"]):
                found[match["verb"].upper(), path] = params[1]
    return found


@pytest.fixture(scope="module")
def sdk_operations() -> dict[tuple[str, str], str]:
    return _operations_of_the_sdk()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_every_operation_is_one_of_the_sdk(
    operation: Operation, sdk_operations: dict[tuple[str, str], str]
) -> None:
    expected = sdk_operations[operation.method, operation.path]
    assert operation.params_type.rpartition(".")[2] == expected


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_every_parameter_acted_on_exists(operation: Operation) -> None:
    known = params_fields(params_class(operation.params_type)).keys()
    assert {path.partition(".")[0] for path in operation.supported} - {"expand"} <= known


def test_a_path_finds_its_operation_and_its_ids() -> None:
    found = find_operation("POST", "/v1/checkout/sessions/cs_1/expire")
    assert found
    assert (found[0].path, found[1]) == ("/v1/checkout/sessions/{id}/expire", ("cs_1",))
    assert find_operation("PUT", "/v1/customers") is None
    assert find_operation("GET", "/v1") is None
