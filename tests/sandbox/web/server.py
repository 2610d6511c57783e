"""The uvicorn server: says when it is ready, stops when asked, and can hang up on a client."""

import contextlib
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.applications import Starlette

GRACE_SECONDS = 1


class SandboxServer(uvicorn.Server):
    def __init__(self, app: Starlette, base_url: str, ready_file: Path | None) -> None:
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        super().__init__(config)
        app.state.hang_up = self.hang_up
        self._base_url, self._ready_file = base_url, ready_file

    def hang_up(self, client: tuple[str, int]) -> None:
        """Break the connection of a client without a word."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == tuple(client):
                connection.transport.abort()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on the usual signals. uvicorn would raise them again afterwards and so die of them."""

        def stop(signum: int, frame: FrameType | None) -> None:
            self.should_exit = True

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self._ready_file:
            self._ready_file.write_text(self._base_url)
        print(f"sandbox ready on {self._base_url}", flush=True)
