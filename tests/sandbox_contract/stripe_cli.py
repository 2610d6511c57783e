"""The official Stripe CLI as a program of its own, kept away from the network and from its user's files."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLI = ROOT / "node_modules" / ".bin" / "stripe"
INSTALL = "npm ci --no-audit --no-fund"


def trigger(event: str, *, api_base: str, home: Path) -> subprocess.CompletedProcess[str]:
    """`stripe trigger EVENT` against a sandbox's default account."""
    return _run("trigger", event, "--api-key", "sk_test_sandbox", "--api-base", api_base, home=home)


def help_text(home: Path) -> str:
    return _run("trigger", "--help", home=home).stdout


def _run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "STRIPE_CLI_TELEMETRY_OPTOUT": "1",
        "STRIPE_NO_AUTO_UPDATE": "1",
        "NO_PROXY": "127.0.0.1",
        # Whatever it may want elsewhere ends at a closed port of this machine.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    return subprocess.run(
        [str(CLI), *arguments],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
