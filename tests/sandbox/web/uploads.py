"""Files over HTTP: forms in parts that bring one, and its contents on the way back."""

from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.sandbox.engine import files
from tests.sandbox.engine.errors import StripeRefusal
from tests.sandbox.engine.files import Upload
from tests.sandbox.protocol import check_key
from tests.sandbox.web.requests import account_of

LARGEST_FORM = 20_000_000
_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


def brings_parts(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


async def parts_of(request: Request) -> tuple[str, Upload | None]:
    """The texts of a form in parts, encoded as another form's body is, and its file."""
    texts: list[tuple[str, str]] = []
    upload = None
    async with request.form(max_files=1) as form:
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                texts.append((name, value))
            elif name == "file":
                upload = Upload(value.filename or "blob", await value.read())
    return urlencode(texts), upload


async def show_contents(request: Request) -> Response:
    """The bytes of a file, to whoever has a key of the account."""
    account, file_id = account_of(request), request.path_params["file_id"]
    try:
        check_key(request.headers.get("authorization", ""))
        data = files.contents(account, file_id)
    except StripeRefusal as refusal:
        return JSONResponse({"error": refusal.body()}, refusal.status)
    document = account.store.get("file", file_id)
    assert document is not None
    return Response(data, media_type=_TYPES[document["type"]])


routes = [Route("/v1/files/{file_id}/contents", show_contents, methods=["GET"])]
