"""Where a reader may be sent after signing in: a page of ours, or the article that they came from."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


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


def requested_return(request: HttpRequest) -> str:
    """Return the request's `next` where it is safe, otherwise nothing."""
    url = request.POST.get("next") or request.GET.get("next", "")
    return url if is_safe_return(url) else ""
