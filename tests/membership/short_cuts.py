"""A request of the whole WSGI application, as a server makes one, and bundles that are published by hand."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.wsgi import application
from membership.models import PromptBundle, PromptPublication, PublicationKind
from membership.prompts.current import forget_bundle
from membership.prompts.signing import key_id, sign
from tests.factories import NOON


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def call(
    path: str, body: bytes = b"", *, method: str = "GET", content_type: str = "", **environ: str
) -> Answered:
    """Call the application that is shipped; more of the WSGI environment by its own names."""
    given: list[Any] = []
    chunks = application(
        {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": content_type,
            "REMOTE_ADDR": "192.0.2.1",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            **environ,
        },
        lambda status, headers: given.extend((status, headers)),
    )
    content = b"".join(chunks)
    return Answered(int(given[0].split()[0]), dict(given[1]), content)


def post_json(path: str, said: object) -> Answered:
    """Post JSON, as a program does."""
    body = json.dumps(said).encode()
    return call(path, body, method="POST", content_type="application/json")


def publish_bundle(bundle: Mapping[str, Any]) -> str:
    """Point at a bundle that no desk wrote; returns its hash."""
    body = json.dumps(bundle, sort_keys=True, separators=(",", ":")).encode()
    stored = PromptBundle.objects.create(
        sha256=hashlib.sha256(body).hexdigest(),
        body=body,
        compiled_at=NOON,
        until=NOON,
        manifest={},
    )
    PromptPublication.objects.create(
        bundle=stored,
        signature=sign(body),
        key_id=key_id(),
        kind=PublicationKind.PUBLISH,
        published_at=NOON,
    )
    forget_bundle()
    return stored.sha256
