"""`python -m tests.demo`: the whole product on one machine, with a first donation played over real HTTP."""

import argparse
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import NoReturn

VAR = Path(os.environ.get("DEMO_VAR") or Path(__file__).resolve().parents[2] / "var")


class DemoStopped(Exception):
    """Something the person at the keyboard can mend; the message says what to do."""


def main() -> int:
    arguments = _parse()
    # Whoever stops us, and however: everything that we started stops too. A shell that starts us in
    # the background leaves SIGINT ignored, so it is set as well.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    began = time.monotonic()
    try:
        return _run(arguments, began)
    except DemoStopped as error:
        print(f"\nmasthead: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _stop(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the web server's port")
    parser.add_argument("--sandbox-port", type=int, default=12111, help="the Stripe sandbox's port")
    parser.add_argument("--exit", action="store_true", help="stop after the story")
    return parser.parse_args()


def _run(arguments: argparse.Namespace, began: float) -> int:
    (VAR / "static").mkdir(parents=True, exist_ok=True)
    _require_free(arguments.port, f"make demo PORT=8010 SANDBOX_PORT={arguments.sandbox_port}")
    _require_free(arguments.sandbox_port, f"make demo PORT={arguments.port} SANDBOX_PORT=12112")
    os.environ["DEMO_PORT"] = str(arguments.port)
    os.environ["DEMO_SANDBOX_URL"] = f"http://127.0.0.1:{arguments.sandbox_port}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_demo"

    say("Preparing the database in var/ …")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.demo import seed
    from tests.demo.report import print_links, print_story
    from tests.demo.services import Services
    from tests.demo.story import StoryFailed, has_gifts, play

    newspaper = seed.seed()
    say("Starting the Stripe sandbox, the web server, a Celery worker and beat …")
    services = Services(port=arguments.port, sandbox_port=arguments.sandbox_port, state=VAR)
    try:
        services.start()
        failed = False
        if arguments.exit or not has_gifts():
            try:
                print_story(play(services.site, services.sandbox, newspaper, say))
            except StoryFailed as error:
                failed = True
                print(f"\nmasthead: the story stopped: {error}", file=sys.stderr)
        if arguments.exit:
            say(f"Done in {time.monotonic() - began:.0f} seconds.")
            return int(failed)
        print_links(services.site, services.sandbox, newspaper)
        services.wait()
    finally:
        services.stop()
    return 0


def _require_free(port: int, instead: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError as error:
            raise DemoStopped(f"{port} is no port: choose one from 1024 to 65535.") from error
        except OSError as error:
            raise DemoStopped(
                f"Port {port} is taken by another program. Stop that program, or type: {instead}"
            ) from error


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
