"""A link that opens an expired session again: a new session with what the old one was asked for."""

from tests.sandbox.engine.account import Account, random_text
from tests.sandbox.engine.store import Document

LIFETIME = 30 * 24 * 3600


def is_wanted(session: Document) -> bool:
    return bool(session["after_expiration"] and session["after_expiration"]["recovery"]["enabled"])


def offer(account: Account, session: Document) -> None:
    """Give an expired session its link, good for thirty days, before its event shows it."""
    if not is_wanted(session):
        return
    session["_recovery_key"] = random_text(24)
    session["after_expiration"]["recovery"].update(
        expires_at=account.now() + LIFETIME,
        url=f"{account.base_url}/recover/{session['id']}/{session['_recovery_key']}",
    )


def params_again(account: Account, session: Document, key: str) -> dict[str, object] | None:
    """What the new session is created with; None for a wrong or outdated link."""
    recovery = (session["after_expiration"] or {}).get("recovery") or {}
    if not key or session.get("_recovery_key") != key or recovery["expires_at"] < account.now():
        return None
    return {name: value for name, value in session["_params"].items() if name != "expires_at"}
