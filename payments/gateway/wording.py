"""What Stripe accepts as the language of its page and as words on a bank statement."""

import re
import unicodedata

# fmt: off
_LOCALES = frozenset((
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr", "hu", "id",
    "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th",
    "tr", "vi", "zh", "zh-HK", "zh-TW",
))
# fmt: on


def page_locale(tag: str) -> str:
    """Return the hosted page's locale for an IETF tag: exact, else its language, else the browser's own."""
    if tag in _LOCALES:
        return tag
    language = tag.partition("-")[0].lower()
    return language if language in _LOCALES else "auto"


def descriptor_suffix(descriptor: str) -> str:
    """Return the part of a statement descriptor that is sent with each card payment.

    Card statements read "PREFIX* SUFFIX": the prefix is set in the Stripe account, and a descriptor written in this
    form names its suffix. One without an asterisk is the account's own, so nothing is sent. Stripe wants Latin
    letters, at least one of them, none of <>\\'"* and at most 22 characters in all.
    """
    prefix, asterisk, suffix = descriptor.partition("*")
    if not asterisk:
        return ""
    latin = unicodedata.normalize("NFKD", suffix).encode("ascii", "ignore").decode()
    clean = " ".join(re.sub(r"[<>\\'\"*]", "", latin).split())
    fitting = clean[: max(0, 22 - len(prefix.strip()) - len("* "))].strip()
    return fitting if re.search(r"[A-Za-z]", fitting) else ""
