"""Where a reader may be sent after signing in or giving: a page of ours, or the article that they came from."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

# Under this name links and attributions carry the page that a reader came from.
RETURN = "return"
LONGEST_RETURN = 500


def is_safe_return(url: str) -> bool:
    """Say whether `url` is a path of ours or an address on one of ARTICLE_HOSTS; scheme, host and port match exactly.

    Browsers read backslashes as slashes and drop tabs and newlines, so an address that holds one is refused outright.
    """
    if "\\" in url or not url.isprintable() or " " in url:
        return False
    if url.startswith("/"):
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}".lower() in settings.ARTICLE_ORIGINS


def address_of(request: HttpRequest) -> str:
    """Return the address of the page that `request` shows, as one to come back to; "" where nobody is sent back.

    Without its query, which may say more of the reader than where they read.
    """
    whole = request.build_absolute_uri(request.path)
    address = request.path if whole == f"{settings.SITE_URL}{request.path}" else whole
    return address if len(address) <= LONGEST_RETURN and is_safe_return(address) else ""


def way_back(values: Mapping[str, str]) -> str:
    """Return where a reader came from by what was kept of it; "" unless it is still a place to send readers to."""
    address = str(values.get(RETURN, ""))
    return address if is_safe_return(address) else ""


def requested_return(request: HttpRequest) -> str:
    """Return the request's `next` where it is safe, otherwise nothing."""
    url = request.POST.get("next") or request.GET.get("next", "")
    return url if is_safe_return(url) else ""
