"""What every handler of the web layer asks of a request."""

from starlette.exceptions import HTTPException
from starlette.requests import Request

from tests.sandbox.accounts import DEFAULT_ACCOUNT, Accounts
from tests.sandbox.engine.account import Account


def accounts_of(request: Request) -> Accounts:
    accounts: Accounts = request.app.state.accounts
    return accounts


def account_of(request: Request) -> Account:
    """The account that the URL names, made on first use."""
    try:
        return accounts_of(request).get(request.path_params.get("account", DEFAULT_ACCOUNT))
    except ValueError as error:
        raise HTTPException(404, str(error)) from error


def changed(request: Request) -> None:
    """Write down what a handler changed and send the webhooks it caused."""
    accounts_of(request).commit()
    request.app.state.deliverer.wake()


def is_from_elsewhere(request: Request) -> bool:
    """Whether a page of another site makes the browser ask: it names its origin, as programs do not."""
    own = f"{request.url.scheme}://{request.url.netloc}"
    return request.headers.get("origin", own) != own
