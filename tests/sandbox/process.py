"""Starts the sandbox as a process of its own, for test sessions and for the demo."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

REPOSITORY = Path(__file__).resolve().parents[2]
READY = "sandbox ready on "
STOP_SECONDS = 5


class SandboxDidNotStart(RuntimeError):
    """The sandbox ended before it was ready; the message is what it said."""


@dataclass(slots=True)
class SandboxProcess:
    base_url: str
    process: Popen[str]

    def stop(self) -> None:
        """End the process; returns once it is gone. Stopping twice is harmless."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


def start_sandbox(
    *,
    port: int = 0,
    state: Path | str | None = None,
    webhook_url: str | None = None,
    webhook_secret: str | None = None,
) -> SandboxProcess:
    """Start it and wait until it accepts connections; SandboxDidNotStart with its own words if not."""
    command = [sys.executable, "-m", "tests.sandbox", "--stop-with-parent", "--port", str(port)]
    for option, value in (
        ("--state", state),
        ("--webhook-url", webhook_url),
        ("--webhook-secret", webhook_secret),
    ):
        if value:
            command += [option, str(value)]
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None,
        text=True,
        start_new_session=False,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith(READY):
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        process.wait()
        raise SandboxDidNotStart(
            f"The sandbox did not start (exit code {process.returncode}). It has said why above."
        )
    return SandboxProcess(line.removeprefix(READY).strip(), process)
