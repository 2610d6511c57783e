"""`expand[]=data.source`: replaces an id by its object along a path, up to four levels deep."""

from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

from stripe._list_object import ListObject
from stripe._stripe_object import StripeObject

from tests.sandbox.contract.annotations import members, resolve, resource_class, resource_fields
from tests.sandbox.engine.account import Account
from tests.sandbox.engine.errors import StripeRefusal, invalid
from tests.sandbox.engine.events import public
from tests.sandbox.engine.store import Document
from tests.sandbox.included import INCLUDED

DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Step:
    """What lies behind a field: an id that may be expanded, a hash of a class of its own, or neither."""

    expandable: bool
    nested: type | None


@dataclass(frozen=True, slots=True)
class Expansion:
    """One path to expand; `param` is where the request named it."""

    account: Account
    path: str
    param: str

    def apply(self, shown: Document) -> None:
        """Expand within a document that is already a copy; what is changed below it is copied first."""
        names = self.path.split(".")
        if len(names) > DEEPEST:
            raise invalid(
                f"You cannot expand more than {DEEPEST} levels of a property.", param=self.param
            )
        self._descend(shown, None, names)

    def _descend(self, value: Document, cls: type | None, names: list[str]) -> None:
        name, rest = names[0], names[1:]
        if value.get("object") in ("list", "search_result"):
            self._descend_into_rows(value, name, rest)
            return
        cls = resource_class(value["object"]) if "object" in value else cls
        step = _steps(cls).get(name) if cls else None
        included = INCLUDED.get((value.get("object", ""), name))
        if step is None or not (included or rest or step.expandable):
            raise self._refusal()
        if included and name not in value:
            value[name] = included(self.account, value)
        current = self._opened(value.get(name), step)
        value[name] = current
        if rest and isinstance(current, dict):
            self._descend(current, step.nested, rest)
        elif rest and isinstance(current, str):
            raise self._refusal()

    def _descend_into_rows(self, value: Document, name: str, rest: list[str]) -> None:
        if name != "data":
            raise self._refusal()
        value["data"] = [public(row) for row in value["data"]]
        if rest:
            for row in value["data"]:
                self._descend(row, None, rest)

    def _opened(self, current: Any, step: Step) -> Any:
        if isinstance(current, str) and step.expandable:
            found = self.account.store.find(current)
            return public(found) if found else current
        return dict(current) if isinstance(current, dict) else current

    def _refusal(self) -> StripeRefusal:
        return invalid(f"This property cannot be expanded ({self.path}).", param=self.param)


@cache
def _steps(cls: Any) -> dict[str, Step]:
    return {
        name: _step(hint, cls.__module__)
        for name, (hint, _required) in resource_fields(cls).items()
    }


def _step(hint: Any, module: str) -> Step:
    kinds = [resolve(member, module) for member in members(hint)]
    kinds = [inner for kind in kinds for inner in members(kind)]
    classes = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, StripeObject)]
    is_list = any(get_origin(kind) in {list, ListObject} and get_args(kind) for kind in kinds)
    nested = classes[0] if len(classes) == 1 else None
    return Step(expandable=is_list or bool(str in kinds and classes), nested=nested)
