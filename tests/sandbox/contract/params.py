"""Turns a decoded form into typed parameters, refusing what the SDK's params types do not know.

The refusals are Stripe's own: same code, same parameter path, the same kind of sentence.
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin

from stripe._stripe_object import UntypedStripeObject
from typing_extensions import is_typeddict

from tests.sandbox.contract.annotations import members, params_class, params_fields, resolve
from tests.sandbox.engine.errors import StripeRefusal, invalid

Coerce = Callable[[Any, str], Any]
INTEGER = re.compile(r"-?[0-9]{1,18}")


CLEARABLE = {"CustomerUpdateParams": frozenset({"name", "email", "phone", "description"})}
"""Plain strings that an update unsets with an empty value, though their type does not say so."""


def read_params(type_name: str, form: dict[str, Any]) -> dict[str, Any]:
    """The form as typed values; StripeRefusal (400) for anything the params type does not allow."""
    cleared = {name: "" for name in CLEARABLE.get(type_name, ()) if form.get(name) == ""}
    given = {name: value for name, value in form.items() if name not in cleared}
    return {**_class_reader(params_class(type_name))(given, ""), **cleared}


def _at(path: str, key: str) -> str:
    return f"{path}[{key}]" if path else key


def _read_str(value: Any, path: str) -> str:
    if not isinstance(value, str):
        raise invalid("Invalid string: {...}", param=path, code="parameter_invalid_string")
    if value == "":
        raise invalid(
            f"You passed an empty string for '{path}'. We assume empty values are an attempt to "
            f"unset a parameter; however '{path}' cannot be unset. You should remove '{path}' from "
            "your request or supply a non-empty value.",
            param=path,
            code="parameter_invalid_empty",
        )
    return value


def _read_int(value: Any, path: str) -> int:
    if not isinstance(value, str) or not INTEGER.fullmatch(value):
        raise invalid(f"Invalid integer: {value}", param=path, code="parameter_invalid_integer")
    return int(value)


def _read_bool(value: Any, path: str) -> bool:
    if value not in ("true", "false"):
        raise invalid(f"Invalid boolean: {value}", param=path)
    return bool(value == "true")


def _read_decimal(value: Any, path: str) -> str:
    try:
        return str(Decimal(_read_str(value, path)))
    except InvalidOperation:
        raise invalid(f"Invalid decimal: {value}; must be a number", param=path) from None


def _read_float(value: Any, path: str) -> float:
    return float(_read_decimal(value, path))


def _read_literal(allowed: tuple[Any, ...]) -> Coerce:
    choices = frozenset(allowed)
    *head, last = (str(choice) for choice in allowed)
    sentence = f"must be one of {', '.join(head)}, or {last}" if head else f"must be {last}"

    def read(value: Any, path: str) -> Any:
        if value == "true" and True in choices:
            return True
        if not isinstance(value, str) or value not in choices:
            raise invalid(f"Invalid {path}: {sentence}", param=path)
        return value

    return read


def _read_list(item: Coerce) -> Coerce:
    def read(value: Any, path: str) -> list[Any]:
        if not isinstance(value, dict) or not all(key.isdecimal() for key in value):
            raise invalid("Invalid array", param=path)
        ordered = sorted(value.items(), key=lambda entry: int(entry[0]))
        return [item(entry, _at(path, key)) for key, entry in ordered]

    return read


def _read_hash(item: Coerce) -> Coerce:
    def read(value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise invalid("Invalid hash", param=path, code="parameter_invalid_hash")
        # An empty string unsets a key, in metadata above all, so it passes here.
        return {k: v if v == "" else item(v, _at(path, k)) for k, v in value.items()}

    return read


@cache
def _class_reader(cls: type) -> Coerce:
    readers: dict[str, Coerce] = {}
    required: list[str] = []

    def read(value: Any, path: str) -> dict[str, Any]:
        if not readers:
            for name, (hint, is_required) in params_fields(cls).items():
                readers[name] = _compile(hint, cls.__module__)
                if is_required:
                    required.append(name)
        if not isinstance(value, dict):
            raise invalid("Invalid object", param=path)
        typed = {}
        for key, entry in value.items():
            if key not in readers:
                name = _at(path, key)
                raise invalid(
                    f"Received unknown parameter: {name}", param=name, code="parameter_unknown"
                )
            typed[key] = readers[key](entry, _at(path, key))
        for key in required:
            if key not in typed:
                name = _at(path, key)
                raise invalid(
                    f"Missing required param: {name}.", param=name, code="parameter_missing"
                )
        return typed

    return read


def _compile(hint: Any, module: str) -> Coerce:
    alternatives = [resolve(member, module) for member in members(resolve(hint, module))]
    flattened = [inner for member in alternatives for inner in members(member)]
    literals = tuple(v for m in flattened if get_origin(m) is Literal for v in get_args(m))
    others = [m for m in flattened if get_origin(m) is not Literal and m is not type(None)]
    can_be_cleared = "" in literals
    choices = tuple(value for value in literals if value != "")
    if choices:
        others = [m for m in others if m is not str]  # closed at one exact version
    readers = [_compile_one(member, module) for member in others]
    if choices:
        readers.append(_read_literal(choices))
    return _read_any_of(readers, can_be_cleared=can_be_cleared)


def _read_any_of(readers: list[Coerce], *, can_be_cleared: bool) -> Coerce:
    if len(readers) == 1 and not can_be_cleared:
        return readers[0]

    def read(value: Any, path: str) -> Any:
        if can_be_cleared and value == "":
            return ""
        problem: StripeRefusal | None = None
        for reader in readers:
            try:
                return reader(value, path)
            except StripeRefusal as error:
                # The deepest complaint comes from the alternative that was meant.
                if problem is None or len(error.param or "") > len(problem.param or ""):
                    problem = error
        assert problem is not None
        raise problem

    return read


def _compile_one(hint: Any, module: str) -> Coerce:
    origin, arguments = get_origin(hint), get_args(hint)
    scalars: dict[Any, Coerce] = {
        str: _read_str,
        int: _read_int,
        bool: _read_bool,
        float: _read_float,
        Decimal: _read_decimal,
    }
    if hint in scalars:
        return scalars[hint]
    if hint is Any or isinstance(hint, TypeVar):
        return lambda value, path: value
    if origin is list:
        return _read_list(_compile(arguments[0], module))
    if origin is UntypedStripeObject:
        return _read_hash(_compile(arguments[0], module))
    if origin is dict:
        return _read_hash(_compile(arguments[1], module))
    if is_typeddict(hint):
        return _class_reader(hint)
    raise TypeError(f"The SDK uses a kind of type that the contract does not know: {hint!r}")
