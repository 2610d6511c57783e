"""Every operation is driven through stripe-python by some test, found by reading the tests."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import stripe

from tests.sandbox.operations import OPERATIONS
from tests.sandbox.operations.operation import Operation


@cache
def sdk_calls() -> dict[tuple[str, str], tuple[str, str]]:
    """(method, path) → the service's name and its method: ("checkout_session", "create")."""
    found = {}
    for source in Path(stripe.__file__).parent.rglob("*_service.py"):
        service = source.stem.removeprefix("_").removesuffix("_service")
        for function in ast.walk(ast.parse(source.read_text())):
            if isinstance(function, ast.FunctionDef):
                for verb, path in _requests_of(function):
                    found[verb, path] = (service, function.name)
    return found


def _requests_of(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_request":
            verb, path = (next(_texts(argument)) for argument in node.args[:2])
            yield verb.upper(), re.sub(r"\{\w+\}", "{id}", path)


def _texts(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            yield inner.value


@cache
def calls_of_the_tests() -> frozenset[tuple[str, str]]:
    """(attribute, method) of every `x.attribute.method` in the tests, names given to services followed."""
    seen: set[tuple[str, str]] = set()
    for source in Path(__file__).parent.glob("*.py"):
        tree = ast.parse(source.read_text())
        names = {name: service for node in ast.walk(tree) for name, service in _aliases(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                owner = node.value
                if isinstance(owner, ast.Attribute):
                    seen.add((owner.attr, node.attr))
                elif isinstance(owner, ast.Name):
                    seen.add((names.get(owner.id, owner.id), node.attr))
    return frozenset(seen)


def _aliases(node: ast.AST) -> list[tuple[str, str]]:
    """Names that an assignment gives to services: `customers = client.v1.customers`."""
    if not isinstance(node, ast.Assign):
        return []
    pairs = []
    for target in node.targets:
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
        for name, value in zip(targets, values, strict=False):
            if isinstance(name, ast.Name) and isinstance(value, ast.Attribute):
                pairs.append((name.id, value.attr))
    return pairs


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_every_operation_is_driven_through_stripe_python(operation: Operation) -> None:
    service, method = sdk_calls()[operation.method, operation.path]
    # A service within another leaves that one's name out: sessions.line_items is session_line_item.
    names = (f"_{service}", f"_{service}s", f"_{service[:-1]}ies")
    driven = [name for name, called in calls_of_the_tests() if called == method]
    assert any(full.endswith(f"_{name}") for name in driven for full in names), (
        f"No test calls {service}.{method}."
    )
