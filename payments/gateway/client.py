"""One way to call Stripe: never inside a transaction, at our pace, with our errors."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import stripe
from django.conf import settings
from django.db import transaction

from payments.errors import CardDeclined, GatewayRefused, GatewayUnauthorised, GatewayUnavailable
from payments.gateway.pace import wait_turn

# The version of Stripe's API that the SDK speaks, in which every object is fetched.
API_VERSION = stripe.api_version

# The SDK tries again by itself on 409, on 5xx and when no answer came, always with the same idempotency key.
_NETWORK_RETRIES = 2
_CONNECT_TIMEOUT = 5
_API_HOST, _FILES_HOST = "https://api.stripe.com", "https://files.stripe.com"
_ADDRESS = re.compile(r"\S*@\S*")


@contextmanager
def calling_stripe() -> Iterator[stripe.StripeClient]:
    """Yield the client for exactly one call.

    Raises GatewayUnavailable when Stripe did not answer or asked us to wait, GatewayRefused when it refused
    (GatewayUnauthorised when it refused our key), CardDeclined when the payer's bank did, and RuntimeError inside a
    transaction: a call takes seconds, may succeed although we roll back, and must not hold locks meanwhile.
    """
    _refuse_inside_a_transaction()
    wait_turn()
    try:
        yield _client(settings.STRIPE_API_KEY, settings.STRIPE_API_BASE, settings.STRIPE_TIMEOUT)
    except stripe.CardError as error:
        raise CardDeclined(_decline_code(error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayUnauthorised(_sentence(error)) from error
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        raise GatewayRefused(
            _sentence(error), parameter=getattr(error, "param", None) or ""
        ) from error
    except stripe.StripeError as error:
        # What is left: no connection, 429, 409, 5xx, and bodies that are not Stripe's (a proxy's error page).
        raise GatewayUnavailable(_sentence(error)) from error


@lru_cache(maxsize=8)
def _client(api_key: str, api_base: str, timeout: int) -> stripe.StripeClient:
    # The HTTP client keeps one connection pool per thread, so that one client serves them all.
    return stripe.StripeClient(
        api_key,
        base_addresses={"api": api_base, "files": _files_base(api_base)},
        max_network_retries=_NETWORK_RETRIES,
        http_client=stripe.RequestsClient(timeout=(_CONNECT_TIMEOUT, timeout)),
    )


def _files_base(api_base: str) -> str:
    """Stripe takes files at a host of its own; whatever else speaks its API takes them where it speaks."""
    return _FILES_HOST if api_base.rstrip("/") == _API_HOST else api_base


def _refuse_inside_a_transaction() -> None:
    blocks = transaction.get_connection().atomic_blocks
    # The same rule as Django's own atomic(durable=True): a test case's outermost block does not count.
    if blocks and not blocks[-1]._from_testcase:  # noqa: SLF001
        raise RuntimeError("Stripe must not be called inside a transaction.")


def _decline_code(error: stripe.CardError) -> str:
    return (error.error and error.error.decline_code) or error.code or "unknown"


def _sentence(error: stripe.StripeError) -> str:
    """Say what happened without the request's body, and without the address that Stripe's message may quote."""
    message = _ADDRESS.sub("(an address)", error.user_message or "")
    return f"{type(error).__name__} {error.http_status or ''} {error.code or ''} {message}"
