"""Programs that journeys start, watch and stop: each by its own process id, never by name."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
# Nothing else is inherited: the settings of the tests are in this process's environment too.
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


def free_port() -> int:
    """Return a port that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Programs:
    """A group of programs with one environment; their output goes to files in `logs`."""

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self._environment = inherited | dict(environment)
        self._logs = logs
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in reversed(self._running):
            process.terminate()
        for process in self._running:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def run(self, *command: str) -> str:
        """Run to the end and return what it printed; fails the test with its output when it fails."""
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, name: str, *command: str) -> Path:
        """Start in the background; returns the file that holds its output."""
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            self._running.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=self._environment, stdout=output, stderr=output
                )
            )
        return log


def wait_until(what: str, look: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait until `look` is true; fails naming what did not happen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if look():
            return
        time.sleep(0.1)
    raise AssertionError(f"After {seconds:.0f} seconds it is still not true that {what}.")


def answers(url: str) -> bool:
    """Tell whether something speaks HTTP at `url`."""
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
