"""From a request to its answer: key, version, idempotency, parameters, errors. Knows nothing of sockets."""

import base64
import binascii
import hashlib
import json
import logging
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox import forms
from tests.sandbox.contract import REVIEWED_API_VERSION
from tests.sandbox.contract.params import read_params
from tests.sandbox.contract.prose import check_prose, refuse_gone_parameters
from tests.sandbox.contract.resources import ContractBroken
from tests.sandbox.contract.support import refuse_unsupported
from tests.sandbox.engine.account import Account, Cause
from tests.sandbox.engine.clocks import present_of, subject_of
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.files import Upload
from tests.sandbox.operations import find_operation
from tests.sandbox.rendering import show, show_v2
from tests.sandbox.timers import ACTIONS
from tests.sandbox.versions import check_version, is_old, modernised

logger = logging.getLogger(__name__)

LONGEST_IDEMPOTENCY_KEY = 255
IDEMPOTENCY_LIFETIME = 24 * 3600


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """`form` is the encoded query of a GET or DELETE, or the body of a POST; `upload` the file that came with it."""

    method: str
    path: str
    form: str = ""
    authorization: str = ""
    version: str | None = None
    idempotency_key: str | None = None
    upload: Upload | None = None


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def answer(account: Account, request: ApiRequest) -> ApiAnswer:
    """Answer one API request, replaying what an idempotency key was answered with before."""
    request_id = account.new_id("req", 14)
    headers = {"Request-Id": request_id, "Stripe-Version": request.version or REVIEWED_API_VERSION}
    if request.idempotency_key:
        headers["Idempotency-Key"] = request.idempotency_key
    account.run_due(ACTIONS)
    account.cause = Cause(request_id, request.idempotency_key)
    try:
        check_key(request.authorization)
        check_version(request.version)
        result = _replayed(account, request) or _run(account, request, request_id)
    except StripeRefusal as refusal:
        result = _refused(refusal, request_id)
    except ContractBroken as broken:
        logger.exception("%s %s", request.method, request.path)
        result = _refused(_defect(broken), request_id)
    finally:
        account.cause = Cause()
    account.request_log.append(
        {
            "id": request_id,
            "at": account.own_now(),
            "method": request.method,
            "path": request.path,
            "status": result.status,
        }
    )
    return ApiAnswer(result.status, result.body, {**headers, **result.headers})


def _run(account: Account, request: ApiRequest, request_id: str) -> ApiAnswer:
    found = find_operation(request.method, request.path)
    if found is None:
        raise StripeRefusal(
            f"Unrecognized request URL ({request.method}: {request.path}). This sandbox has only part "
            "of Stripe's API: see its operations table.",
            status=404,
        )
    operation, ids = found
    form = _form_of(request)
    # The SDK's types leave out what API v2 puts into the address of a next page.
    following = {"page": form.pop("page")} if operation.is_v2 and "page" in form else {}
    if is_old(request.version):
        form = modernised(operation.params_type, form)
    refuse_gone_parameters(form)
    params = read_params(operation.params_type, form)
    with present_of(account, subject_of(account, request.path, ids, params)):
        check_prose(operation.params_type, account, params)
    refuse_unsupported(params, operation.supported)
    expand = params.pop("expand", [])
    # From here on the operation counts as begun: what comes of it is what the key will replay.
    try:
        with present_of(account, subject_of(account, request.path, ids, params)):
            done = operation.run(account, {**params, **following}, *ids)
        shown = (
            show_v2(done, url=request.path)
            if operation.is_v2
            else show(account, done, expand, url=request.path)
        )
        result = ApiAnswer(200, _json(shown))
    except StripeRefusal as refusal:
        result = _refused(refusal, request_id)
    _remember(account, request, request_id, result)
    return result


def _form_of(request: ApiRequest) -> dict[str, Any]:
    is_json = request.method == "POST" and request.path.startswith("/v2/")
    form = forms.decode_json(request.form) if is_json else forms.decode(request.form)
    return {**form, "file": request.upload} if request.upload else form


def check_key(authorization: str) -> None:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            value = base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            value = ""
    key = value.strip()
    if not key:
        raise StripeRefusal(
            "You did not provide an API key. You need to provide your API key in the Authorization "
            "header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if key.startswith(("sk_live_", "rk_live_")):
        raise StripeRefusal(
            "This is a local sandbox and it never takes a live key. Use a key that starts with sk_test_ "
            "and, because a live key has now been sent in clear text, roll the live one.",
            status=401,
        )
    if not key.startswith(("sk_test_", "rk_test_")):
        raise StripeRefusal(f"Invalid API Key provided: {key[:7]}***", status=401)


def _replayed(account: Account, request: ApiRequest) -> ApiAnswer | None:
    key = request.idempotency_key
    if request.method != "POST" or not key:
        return None
    if len(key) > LONGEST_IDEMPOTENCY_KEY:
        raise StripeRefusal(
            f"Idempotency keys can have up to {LONGEST_IDEMPOTENCY_KEY} characters.",
            type_="idempotency_error",
        )
    stored = account.store.get("_idempotency", _stored_key(key))
    if stored is None:
        return None
    if stored["fingerprint"] != _fingerprint(request):
        raise StripeRefusal(
            "Keys for idempotent requests can only be used with the same parameters they were first "
            f"used with. Try using a key other than '{key}' if you meant to execute a different request.",
            type_="idempotency_error",
        )
    return ApiAnswer(
        stored["status"],
        stored["body"].encode(),
        {"Idempotent-Replayed": "true", "Original-Request": stored["request_id"]},
    )


def in_flight_refusal(key: str, account: Account) -> ApiAnswer:
    """The 409 of a request whose key is still being worked on."""
    refusal = StripeRefusal(
        "There is currently another in-progress request using this Idempotent Key (that probably means "
        f"you submitted twice, and the other request is still going through): {key}",
        status=409,
        type_="idempotency_error",
        code="idempotency_key_in_use",
    )
    return _refused(refusal, account.new_id("req", 14))


def injected_failure(status: int, account: Account) -> ApiAnswer:
    """What a call meets that was told to fail before it does anything."""
    if status == 429:
        refusal = StripeRefusal("Request rate limit exceeded.", status=429, code="rate_limit")
    else:
        refusal = StripeRefusal(
            "An unknown error occurred (asked for with fail_next).",
            status=status,
            type_="api_error",
        )
    return _refused(refusal, account.new_id("req", 14))


def _remember(account: Account, request: ApiRequest, request_id: str, result: ApiAnswer) -> None:
    if request.method != "POST" or not request.idempotency_key:
        return
    stored_key = _stored_key(request.idempotency_key)
    account.store.put(
        {
            "id": stored_key,
            "object": "_idempotency",
            "created": account.now(),
            "fingerprint": _fingerprint(request),
            "request_id": request_id,
            "status": result.status,
            "body": result.body.decode(),
        }
    )
    account.schedule(account.now() + IDEMPOTENCY_LIFETIME, "forget_key", stored_key)


def _stored_key(key: str) -> str:
    return f"idempotency:{key}"


def _defect(broken: ContractBroken) -> StripeRefusal:
    """A sandbox that would answer wrongly says so instead."""
    return StripeRefusal(
        f"The sandbox broke its own contract with the SDK's types: {broken}",
        status=500,
        type_="api_error",
    )


def _fingerprint(request: ApiRequest) -> str:
    said = hashlib.sha256(f"{request.method} {request.path}\n{request.form}".encode())
    if request.upload:
        said.update(f"\n{request.upload.name}\n".encode() + request.upload.contents)
    return said.hexdigest()


def _refused(refusal: StripeRefusal, request_id: str) -> ApiAnswer:
    error: dict[str, Any] = refusal.body()
    error["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request_id}"
    return ApiAnswer(refusal.status, _json({"error": error}), {"Request-Id": request_id})


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()
