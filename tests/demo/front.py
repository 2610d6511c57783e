"""What stands before a newspaper's pages and puts fragments into them: nginx or a CDN. The demo has neither.

It does what deploy/fragments.nginx.conf does, for one directive of server-side includes: the page is the same for all
readers, and what differs between them is put in on the way out.
"""

import re

from django.http import HttpRequest, HttpResponse

from membership.checkout_pages.currencies import country_of
from membership.prompts.edge import answer_fragment
from membership.prompts.fragments import QUIET, UNKNOWN
from membership.supporters.status_token import twin_cookie

_INCLUDE = re.compile(rb'<!--# include virtual="(/prompts/fragment/[^"]*)" -->')
_SUPPORTER = re.compile(r"(one_off|recurring|paused|payment_failing|ending)\.")
_LEFT_ALONE = re.compile(r"(?:anonymous|registered|lapsed)\.\d+\.[1-9]")
_KNOWN = re.compile(r"(registered|lapsed)\.")


def put_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Put the fragments that the page names into it, for the reader's coarse state and country."""
    variables = {
        b"$prompt_state": _state_of(request).encode(),
        b"$prompt_country": (country_of(request) or UNKNOWN).encode(),
    }

    def fragment(match: re.Match[bytes]) -> bytes:
        path = match[1]
        for name, value in variables.items():
            path = path.replace(name, value)
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path.decode()}
        return answer_fragment(environ, lambda _most: b"").body

    response.content = _INCLUDE.sub(fragment, response.content)
    return response


def _state_of(request: HttpRequest) -> str:
    twin = request.COOKIES.get(twin_cookie(), "")
    if supporter := _SUPPORTER.match(twin):
        return supporter[1]
    if _LEFT_ALONE.match(twin):
        return QUIET
    known = _KNOWN.match(twin)
    return known[1] if known else "anonymous"
