"""A newspaper of static pages and the service behind its prompts: two origins, each a real server on loopback."""

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.journeys.prompts_script.bundles import Publisher, name_of

STATIC = Path(__file__).resolve().parents[3] / "membership/static/membership"
SENTENCE = "The harbour was quiet when the first boats came in, and nobody could say what the night had brought. "
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8"}


ANYONE = {"Access-Control-Allow-Origin": "*"}


@dataclass
class Answer:
    """What a server says; without a status it hangs up, as a machine does that went away."""

    status: int | None = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def _to_anyone(body: bytes, seconds: int, **headers: str) -> Answer:
    """What any page may read, and any cache may keep for that long."""
    kept = {"Cache-Control": f"public, max-age={seconds}"}
    return Answer(body=body, headers={**ANYONE, **kept, **headers})


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        # A browser that leaves a page hangs up on what it no longer needs.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Server:
    """One origin that remembers what was asked of it."""

    def __init__(self, answer: Callable[[str, str, bytes, dict[str, str]], Answer]) -> None:
        self.requests: list[tuple[str, str]] = []
        served = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                served.requests.append((self.command, self.path))
                said = answer(self.command, self.path, body, dict(self.headers))
                if said.status is None:
                    self.close_connection = True
                    return
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said.body)))
                self.end_headers()
                self.wfile.write(said.body)

            do_GET = do_POST = handle_any  # noqa: N815  the names of http.server

            def log_message(self, *_said: object) -> None:
                """Stay silent: `requests` is the log."""

        self._server = _Listener(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Service:
    """Masthead as a page sees it: static files, the pointer, bundles, the status and the events."""

    def __init__(self) -> None:
        self.publisher = Publisher()
        self.pointer: dict[str, object] = {"schema": 1, "bundle": None, "signature": "", "at": 0}
        self.bundles: dict[str, bytes] = {}
        self.events: list[dict[str, object]] = []
        self.beacons: list[bytes] = []
        self.cookies_of_status: list[str] = []
        self.links_to = ""
        self.is_down = False
        self.keeps_pointer = 20
        self.server = Server(self._answer)
        self.url = self.server.url

    def publish(self, body: bytes, *, signature: str | None = None) -> None:
        """Point at these bytes; an own `signature` may be a wrong one."""
        name = name_of(body)
        self.bundles[name] = body
        signed = self.publisher.sign(body) if signature is None else signature
        self.pointer = {"schema": 1, "bundle": name, "signature": signed, "at": int(time.time())}

    def stop_prompts(self) -> None:
        """Throw the kill switch."""
        self.pointer = {"schema": 1, "bundle": None, "signature": "", "at": int(time.time())}

    def asked(self, beginning: str = "/") -> list[str]:
        """The paths that were asked for, static files apart."""
        return [
            path
            for _, path in self.server.requests
            if path.startswith(beginning) and not path.startswith("/static/")
        ]

    def _answer(self, _method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        path = urlsplit(path).path
        # Static files are a CDN's, which goes on when the service is away.
        if path.startswith("/static/"):
            file = STATIC / Path(path).name
            return _to_anyone(file.read_bytes(), 3600, **{"Content-Type": TYPES[file.suffix]})
        if self.is_down:
            return Answer(status=None)
        if path == "/prompts/pointer.json":
            return _to_anyone(json.dumps(self.pointer).encode(), self.keeps_pointer)
        if path.startswith("/prompts/bundle/"):
            found = self.bundles.get(Path(path).stem)
            return Answer(404) if found is None else _to_anyone(found, 31536000)
        return self._answer_reader(path, body, headers)

    def _answer_reader(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        if path == "/prompts/events/":
            self.beacons.append(body)
            self.events.extend(json.loads(body)["e"])
            return Answer(204, headers=ANYONE)
        if path == "/api/v1/status/":
            self.cookies_of_status.append(headers.get("Cookie", ""))
            own = {
                "Access-Control-Allow-Origin": headers.get("Origin", ""),
                "Access-Control-Allow-Credentials": "true",
            }
            return Answer(body=b"{}", headers=own)
        page = f'<!doctype html><title>Support</title><a href="{self.links_to}">Back</a>'.encode()
        return Answer(body=page, headers={"Content-Type": TYPES[".html"]})


class Newspaper:
    """The articles, as any system may print them: only the script tag and the metadata are ours."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._pages: dict[str, bytes] = {}
        self.refuses_storage = (
            False  # As a sandboxed page does, or a browser that takes no cookies.
        )
        self.server = Server(self._answer)
        self.url = self.server.url

    def print(
        self,
        name: str = "harbour",
        *,
        body: str = "",
        paragraphs: int = 12,
        foot: str = "",
        tag: str = "",
        key: str = "",
        is_styled: bool = True,
        **meta: str,
    ) -> str:
        """Print a page and return its path. `body` is the article's HTML, or else that many paragraphs."""
        meta = {"article": name, "edition": "uk", "section": "news", "type": "article", **meta}
        names = "".join(
            f'<meta name="masthead:{each.replace("_", "-")}" content="{value}">'
            for each, value in meta.items()
        )
        static = f"{self._service.url}/static/membership"
        style = f'<link rel="stylesheet" href="{static}/prompts.css">' if is_styled else ""
        text = body or "".join(f"<p>{number}. {SENTENCE * 3}</p>" for number in range(paragraphs))
        html = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Courier</title>'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">{names}'
            f'<link rel="icon" href="data:,"><link rel="stylesheet" href="/paper.css">{style}'
            f'<script src="{static}/prompts.js" defer data-site="{self._service.url}" '
            f'data-key="{key or self._service.publisher.public_key}" {tag}></script></head>'
            f'<body><header><a href="/">The Courier</a></header><main><article><h1>Two lights over the harbour</h1>'
            f"<div>{text}</div></article></main>{foot}</body></html>"
        )
        self._pages[f"/{name}"] = html.encode()
        return f"/{name}"

    def _answer(self, _method: str, path: str, _body: bytes, _headers: dict[str, str]) -> Answer:
        path = urlsplit(path).path
        if path == "/paper.css":
            return Answer(body=PAPER, headers={"Content-Type": TYPES[".css"]})
        if path not in self._pages:
            return Answer(404)
        policy = (
            f"default-src 'none'; script-src {self._service.url}; style-src 'self' {self._service.url}; "
            f"connect-src {self._service.url}; form-action {self._service.url}; img-src data:; frame-src 'self'; "
            "require-trusted-types-for 'script'"
        )
        if self.refuses_storage:
            policy = f"{policy}; sandbox allow-scripts allow-forms"
        headers = {"Content-Type": TYPES[".html"], "Content-Security-Policy": policy}
        return Answer(body=self._pages[path], headers=headers)

    def stop(self) -> None:
        self.server.stop()


# Another house's stylesheet, with a root of ten pixels and rules that reach into everything in an article.
PAPER = b"""
html { font-size: 62.5%; }
body { font: 1.9rem/1.6 Georgia, serif; margin: 0; color: #222; background: #fff; }
header, main { max-width: 64rem; margin: 0 auto; padding: 1.6rem; }
article p { margin: 0 0 1.6rem; color: #333; text-indent: 2rem; }
article a { color: #0645ad; }
figure { margin: 2rem 0; }
.roomy { --masthead-reserve: 70rem; }
"""
