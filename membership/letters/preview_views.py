"""Letters shown to staff with sample data. The HTML stands in a frame that may load and run nothing."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp, csp_update
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from membership.letters.catalogue import CATALOGUE
from membership.letters.compose import printed
from membership.letters.samples import EDITIONS, Sample, sample_contents, samples_of

_PERMISSION = "membership.preview_letters"


@require_safe
@permission_required(_PERMISSION, raise_exception=True)
def letter_list(request: HttpRequest) -> HttpResponse:
    """List every letter there is and when it is sent."""
    context = {"kinds": list(CATALOGUE.values()), "editions": list(EDITIONS)}
    return render(request, "membership/letters/letter_list.html", context)


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # its types know no view with arguments
@require_safe
@permission_required(_PERMISSION, raise_exception=True)
def letter_preview(request: HttpRequest, kind: str, edition: str) -> HttpResponse:
    """Show a letter in an edition, as a mail program shows it and as plain text."""
    samples, number = _samples(request, kind, edition)
    subject, text, _html = printed(kind, sample_contents(samples[number]))
    context = {
        "kind": CATALOGUE[kind],
        "edition": edition,
        "editions": list(EDITIONS),
        "samples": samples,
        "number": number,
        "subject": subject,
        "text": text,
    }
    return render(request, "membership/letters/letter_preview.html", context)


@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]
    {
        "default-src": [NONE],
        # Mail programs want inline styles, and letters are written for them.
        "style-src": [UNSAFE_INLINE],
        "frame-ancestors": [SELF],
        "form-action": [NONE],
        "base-uri": [NONE],
    }
)
@require_safe
@permission_required(_PERMISSION, raise_exception=True)
def letter_html(request: HttpRequest, kind: str, edition: str) -> HttpResponse:
    """Return the HTML of a letter alone."""
    samples, number = _samples(request, kind, edition)
    _subject, _text, html = printed(kind, sample_contents(samples[number]))
    return HttpResponse(html)


def _samples(request: HttpRequest, kind: str, edition: str) -> tuple[list[Sample], int]:
    if kind not in CATALOGUE or edition not in EDITIONS:
        raise Http404("There is no such letter.")
    samples = samples_of(kind, edition)
    number = request.GET.get("sample", "0")
    if not number.isdecimal() or int(number) >= len(samples):
        raise Http404("There is no such sample.")
    return samples, int(number)
