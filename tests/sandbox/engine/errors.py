"""Refusals as Stripe words them: a status, a type, and where known a code and the parameter."""

from typing import Any


class StripeRefusal(Exception):
    """An answer other than success. `extra` holds further keys of the error object."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type_: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.type, self.code, self.param = (
            message,
            status,
            type_,
            code,
            param,
        )
        self.extra = extra

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"message": self.message, "type": self.type, **self.extra}
        if self.code:
            error["code"] = self.code
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{self.code.replace('_', '-')}"
        if self.param:
            error["param"] = self.param
        return error


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> StripeRefusal:
    """A 400 for a request that is wrong in itself."""
    return StripeRefusal(message, param=param, code=code)


def missing(kind: str, object_id: str, *, param: str = "id", status: int = 404) -> StripeRefusal:
    """What Stripe says of an id it does not know; 400 when the id came in a parameter."""
    return StripeRefusal(
        f"No such {kind}: '{object_id}'", status=status, code="resource_missing", param=param
    )
