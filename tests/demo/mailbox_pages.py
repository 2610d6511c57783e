"""The mailbox as pages. The HTML of a mail is shown in a sandboxed frame that may load and run nothing."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

from tests.demo.mailbox import Mail, find_mail, read_mailbox

_SHOWN = 100


def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "demo/mailbox.html", {"mails": read_mailbox()[:_SHOWN]})


@csp_update({"frame-src": [SELF]})
def mail(request: HttpRequest, mail_id: str) -> HttpResponse:
    return render(request, "demo/mail.html", {"mail": _find(mail_id)})


@xframe_options_sameorigin
@csp(
    {
        "default-src": [NONE],
        # Mail programs want inline styles, and letters are written for them.
        "style-src": [UNSAFE_INLINE],
        "img-src": ["data:"],
        "frame-ancestors": [SELF],
        "sandbox": True,
    }
)
def mail_html(request: HttpRequest, mail_id: str) -> HttpResponse:
    return HttpResponse(_find(mail_id).html)


def attachment(request: HttpRequest, mail_id: str, position: int) -> HttpResponse:
    enclosed = _find(mail_id).attachments
    if position >= len(enclosed):
        raise Http404
    file = enclosed[position]
    return HttpResponse(
        file.data,
        content_type=file.media_type,
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )


def _find(mail_id: str) -> Mail:
    found = find_mail(mail_id)
    if found is None:
        raise Http404
    return found
