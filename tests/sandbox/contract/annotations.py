"""Resolves the annotations that stripe-python's generated classes carry, forward references included.

The SDK imports the classes it refers to under ``TYPE_CHECKING`` only, so ``typing.get_type_hints``
cannot see them. They are found here by reading those import statements.
"""

import ast
import importlib
import inspect
import sys
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, ClassVar, ForwardRef, NotRequired, Required, Union, get_args, get_origin

from stripe._object_classes import OBJECT_CLASSES, V2_OBJECT_CLASSES
from stripe._request_options import RequestOptions

from tests.sandbox.contract import private_params

REQUEST_OPTIONS = frozenset(RequestOptions.__annotations__)
"""Options of the SDK's own calls (api_key, idempotency_key…); they never travel in a body."""


@cache
def resource_class(object_name: str) -> type:
    """The SDK class of a resource, by its `object` value ("charge", "checkout.session")."""
    classes = V2_OBJECT_CLASSES if object_name.startswith("v2.") else OBJECT_CLASSES
    module, name = classes[object_name]
    return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]


@cache
def params_class(name: str) -> type:
    """The SDK's parameters type by dotted name ("CustomerCreateParams", "checkout.SessionListParams")."""
    package, _, class_name = name.rpartition(".")
    if package == "sandbox":
        return getattr(private_params, class_name)  # type: ignore[no-any-return]
    module = importlib.import_module(f"stripe.params.{package}" if package else "stripe.params")
    return getattr(module, class_name)  # type: ignore[no-any-return]


@cache
def _names_of(module_name: str) -> Mapping[str, Any]:
    """The globals of an SDK module together with what it imports for type checkers only."""
    module = sys.modules[module_name]
    names = dict(vars(module))
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            for statement in node.body:
                if isinstance(statement, ast.ImportFrom) and statement.module:
                    source = importlib.import_module(statement.module)
                    for alias in statement.names:
                        names[alias.asname or alias.name] = getattr(source, alias.name)
    return names


def resolve(hint: Any, module_name: str) -> Any:
    """A hint with its own forward reference evaluated; nested ones are left for the next level."""
    while isinstance(hint, (str, ForwardRef)):
        expression = hint if isinstance(hint, str) else hint.__forward_arg__
        names = vars(sys.modules[module_name])
        try:
            hint = eval(expression, dict(names))  # noqa: S307 - the SDK's own source
        except NameError:
            hint = eval(expression, dict(_names_of(module_name)))  # noqa: S307
    return hint


def members(hint: Any) -> tuple[Any, ...]:
    """The alternatives of a union, or the hint alone."""
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def resource_fields(cls: type) -> dict[str, tuple[Any, bool]]:
    """Field → (hint, required) of a resource class. Without Optional means: always present."""
    # The classes of thin events add to a resource; no other resource class has another below it.
    resources = [base for base in reversed(cls.__mro__[1:]) if "OBJECT_NAME" in vars(base)]
    fields: dict[str, tuple[Any, bool]] = {}
    for source in (*resources, cls):
        for name, annotation in source.__annotations__.items():
            origin: Any = get_origin(annotation)
            if name.startswith("_") or origin is ClassVar:
                continue
            hint = resolve(annotation, source.__module__)
            fields[name] = (hint, type(None) not in members(hint))
    return fields


def params_fields(cls: type) -> dict[str, tuple[Any, bool]]:
    """Field → (hint, required) of a parameters TypedDict, without the SDK's request options."""
    fields: dict[str, tuple[Any, bool]] = {}
    for name, annotation in cls.__annotations__.items():
        if name in REQUEST_OPTIONS:
            continue
        hint = resolve(annotation, cls.__module__)
        required = get_origin(hint) is not NotRequired
        if get_origin(hint) in (NotRequired, Required):
            hint = resolve(get_args(hint)[0], cls.__module__)
        fields[name] = (hint, required)
    return fields
