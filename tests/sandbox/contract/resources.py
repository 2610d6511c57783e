"""Checks documents against the SDK's resource classes: no missing key, no unknown key, closed enums.

Each class is compiled once, on first use, into plain closures; a check then costs microseconds.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeVar, get_args, get_origin

from stripe._list_object import ListObject
from stripe._stripe_object import StripeObject, UntypedStripeObject
from stripe.events._event_classes import get_v2_event_class

from tests.sandbox.contract.annotations import members, resolve, resource_class, resource_fields

Check = Callable[[Any], None]
SCALARS: dict[Any, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    bool: (bool,),
    float: (float, int),
}


class ContractBroken(Exception):
    """A document is not of the shape that the SDK's types promise. Always a defect of the sandbox."""

    def __init__(self, problem: str, *path: str) -> None:
        super().__init__(f"{'.'.join(path) or 'document'}: {problem}")
        self.problem, self.path = problem, path

    def inside(self, key: str) -> "ContractBroken":
        return ContractBroken(self.problem, key, *self.path)


def check_document(document: Mapping[str, Any]) -> None:
    """Raise ContractBroken unless the document is a true resource of its `object` kind."""
    _class_check(_class_of(document))(document)


def _class_of(document: Mapping[str, Any]) -> type:
    """A thin event's class goes by its type, every other document's by its `object`."""
    kind = document["object"]
    is_thin_event = kind == "v2.core.event"
    return get_v2_event_class(document["type"]) if is_thin_event else resource_class(kind)


def check_list(page: Mapping[str, Any]) -> None:
    """Raise ContractBroken unless every row of a list page is a true resource."""
    for row in page["data"]:
        check_document(row)


def _check_scalar(*types: type) -> Check:
    def check(value: Any) -> None:
        if type(value) not in types:
            raise ContractBroken(f"expected {types[0].__name__}, got {value!r}")

    return check


def _check_literal(allowed: frozenset[Any]) -> Check:
    def check(value: Any) -> None:
        if value not in allowed:
            raise ContractBroken(f"{value!r} is none of {sorted(allowed, key=str)}")

    return check


def _check_decimal(value: Any) -> None:
    try:
        Decimal(value if isinstance(value, str) else "not a string")
    except InvalidOperation as error:
        raise ContractBroken(f"expected a decimal string, got {value!r}") from error


def _check_sequence(item: Check) -> Check:
    def check(value: Any) -> None:
        if not isinstance(value, list):
            raise ContractBroken(f"expected a list, got {value!r}")
        for index, entry in enumerate(value):
            try:
                item(entry)
            except ContractBroken as error:
                raise error.inside(str(index)) from None

    return check


def _check_mapping(item: Check) -> Check:
    def check(value: Any) -> None:
        if not isinstance(value, dict):
            raise ContractBroken(f"expected a hash, got {value!r}")
        for key, entry in value.items():
            try:
                item(entry)
            except ContractBroken as error:
                raise error.inside(key) from None

    return check


def _check_list_object(item: Check) -> Check:
    rows = _check_sequence(item)

    def check(value: Any) -> None:
        if not isinstance(value, dict) or value.keys() != {"object", "data", "has_more", "url"}:
            raise ContractBroken("expected a list object of object, data, has_more and url")
        rows(value["data"])

    return check


def _accept(_value: Any) -> None:
    """Untyped in the SDK: nothing to hold it against."""


class _ClassCheck:
    """The check of one resource class, compiled on first use: the classes refer to each other in circles."""

    def __init__(self, cls: type) -> None:
        self._cls = cls
        self._checks: dict[str, Check] = {}
        self._required: set[str] = set()

    def __call__(self, value: Any) -> None:
        if not self._checks:
            self._compile()
        if not isinstance(value, dict):
            raise ContractBroken(f"expected {self._cls.__qualname__}, got {value!r}")
        if value.get("deleted") is True and "deleted" in self._checks:
            if value.keys() != {"id", "object", "deleted"}:
                raise ContractBroken("a deleted stub has id, object and deleted only")
            return
        if unknown := value.keys() - self._checks.keys():
            raise ContractBroken(f"unknown keys {sorted(unknown)}")
        if missing := self._required - value.keys():
            raise ContractBroken(f"missing {sorted(missing)}")
        self._check_fields(value)

    def _check_fields(self, value: dict[str, Any]) -> None:
        key = ""
        try:
            for key, entry in value.items():
                self._checks[key](entry)
        except ContractBroken as error:
            raise error.inside(key) from None

    def _compile(self) -> None:
        for name, (hint, is_required) in resource_fields(self._cls).items():
            self._checks[name] = _compile(hint, self._cls.__module__)
            if is_required:
                self._required.add(name)


_CLASS_CHECKS: dict[type, Check] = {}


def _class_check(cls: type) -> Check:
    return _CLASS_CHECKS.setdefault(cls, _ClassCheck(cls))


def _compile(hint: Any, module: str) -> Check:
    alternatives = [resolve(member, module) for member in members(resolve(hint, module))]
    flattened = [inner for member in alternatives for inner in members(member)]
    nullable = type(None) in flattened
    wanted = [member for member in flattened if member is not type(None)]
    if any(get_origin(member) is Literal for member in wanted):
        # The SDK leaves enums open for values added later; at one exact version they are closed.
        wanted = [member for member in wanted if member is not str]
    checks = [_compile_one(member, module) for member in wanted]
    if len(checks) == 1 and not nullable:
        return checks[0]
    return _check_any_of(checks, _documents_among(wanted, module), nullable=nullable)


def _documents_among(wanted: list[Any], module: str) -> frozenset[type]:
    return frozenset(
        member for member in wanted if isinstance(member, type) and issubclass(member, StripeObject)
    )


def _check_any_of(checks: list[Check], documents: frozenset[type], *, nullable: bool) -> Check:
    def check(value: Any) -> None:
        if value is None:
            if not nullable:
                raise ContractBroken("may not be null")
            return
        if isinstance(value, dict) and len(documents) > 1 and "object" in value:
            cls = resource_class(value["object"])
            if cls not in documents:
                raise ContractBroken(f"an object of kind {value['object']} may not stand here")
            _class_check(cls)(value)
            return
        problem: ContractBroken | None = None
        for candidate in checks:
            try:
                candidate(value)
            except ContractBroken as error:
                problem = (
                    error if problem is None or len(error.path) > len(problem.path) else problem
                )
            else:
                return
        raise problem or ContractBroken("nothing may stand here")

    return check


def _compile_one(hint: Any, module: str) -> Check:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in SCALARS:
        return _check_scalar(*SCALARS[hint])
    if origin is Literal:
        return _check_literal(frozenset(arguments))
    if origin in CONTAINERS:
        return CONTAINERS[origin](_compile(arguments[-1], module))
    if isinstance(hint, type) and issubclass(hint, StripeObject):
        return _class_check(hint)
    if hint is Decimal:
        return _check_decimal
    if hint is Any or isinstance(hint, TypeVar):
        return _accept
    raise TypeError(f"The SDK uses a kind of type that the contract does not know: {hint!r}")


CONTAINERS: dict[Any, Callable[[Check], Check]] = {
    list: _check_sequence,
    dict: _check_mapping,
    UntypedStripeObject: _check_mapping,
    ListObject: _check_list_object,
}
"""How a container of checked things is checked; the last type argument is that of its entries."""
