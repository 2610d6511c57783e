"""``python -m tests.sandbox``: serve the sandbox on loopback until told to stop."""

import argparse
import gc
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.sandbox.accounts import Accounts, StateFile
from tests.sandbox.engine import webhook_endpoints
from tests.sandbox.web.app import build_app
from tests.sandbox.web.server import SandboxServer

PORT_TAKEN = 2
LISTEN_BACKLOG = 256
GIVEN_AT_START = {"given_at": "start"}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="sandbox: %(message)s")
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        print(
            f"The sandbox cannot listen on {options.host}:{options.port} ({error.strerror}): "
            "stop what uses that port, or choose another with --port.",
            file=sys.stderr,
        )
        return PORT_TAKEN
    # Documents hold no cycles, and a full collection over many of them would slow every tenth call.
    gc.set_threshold(50_000, 20, 1000)
    base_url = f"http://{options.host}:{listener.getsockname()[1]}"
    state = StateFile(options.state) if options.state else None
    accounts = Accounts(base_url, state, options.clock_offset)
    if options.webhook_url:
        _register(accounts, options.webhook_url, options.webhook_secret)
    if options.stop_with_parent:
        threading.Thread(target=_stop_at_the_end_of_input, daemon=True).start()
    SandboxServer(build_app(accounts), base_url, options.ready_file).run(sockets=[listener])
    if state:
        state.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", type=_loopback)
    parser.add_argument("--port", default=12111, type=int, help="0 lets the system choose")
    parser.add_argument("--state", type=Path, help="SQLite file that keeps state across restarts")
    parser.add_argument("--webhook-url", help="endpoint of the default account, for every event")
    parser.add_argument("--webhook-secret", help="its signing secret (whsec_…)")
    parser.add_argument(
        "--ready-file", type=Path, help="gets the base URL once connections are accepted"
    )
    parser.add_argument(
        "--clock-offset", type=int, default=0, help="seconds that new accounts run ahead"
    )
    parser.add_argument(
        "--stop-with-parent", action="store_true", help="stop when standard input is closed"
    )
    return parser


def _stop_at_the_end_of_input() -> None:
    """Whoever started us holds the other end of the pipe; however it ends, the system closes it."""
    # Not sys.stdin: its lock would still be held when the interpreter ends.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _loopback(host: str) -> str:
    if host == "localhost" or ipaddress.ip_address(host).is_loopback:
        return host
    raise argparse.ArgumentTypeError("the sandbox listens on loopback addresses only")


def _listen(host: str, port: int) -> socket.socket:
    """Bound before anything else, so that the port is known and a taken one is found at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio switches off Nagle's delay, which costs 40 ms a request.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(LISTEN_BACKLOG)
    return listener


def _register(accounts: Accounts, url: str, secret: str | None) -> None:
    """The default account's endpoint. Started again it is the same one, so nothing it missed is lost."""
    account = accounts.get()
    for endpoint in account.store.oldest_first("webhook_endpoint", {}):
        if endpoint["metadata"] == GIVEN_AT_START:
            endpoint["url"] = url
            if secret:
                endpoint["_secrets"] = [{"value": secret, "until": None}]
            account.store.put(endpoint)
            break
    else:
        params = {"url": url, "enabled_events": ["*"], "metadata": GIVEN_AT_START}
        webhook_endpoints.create(account, params, secret=secret)
    accounts.commit()


if __name__ == "__main__":
    sys.exit(main())
