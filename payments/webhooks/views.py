"""Where Stripe posts its events: verify, store, answer."""

import logging
import time
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments.errors import SignatureInvalid
from payments.gateway.signatures import verify
from payments.nudge import nudge
from payments.webhooks.actions import receive_event
from payments.webhooks.incoming import EventMalformed, parse_event
from payments.webhooks.tasks import drain_webhook_events

logger = logging.getLogger(__name__)

# Stripe's largest events have some tens of kilobytes.
MAX_BODY = 256 * 1024
# Seconds between nudges of one process. The task starts as long after its nudge, so that every event stored since
# then is in before it looks.
NUDGE_INTERVAL = 0.3


@csrf_exempt  # The signature proves more than a token would.
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Store a signed event and answer; nothing is stored of anything else.

    The stored row is the truth, the nudge only makes it quick. Stripe calls again on any other answer than 2xx.
    """
    announced = str(request.META.get("CONTENT_LENGTH") or 0)
    if not announced.isdecimal() or int(announced) > MAX_BODY:
        return _refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "it is too large")
    try:
        verify(request.body, request.headers.get("Stripe-Signature", ""))
        event = parse_event(request.body)
    except (SignatureInvalid, EventMalformed) as error:
        return _refuse(HTTPStatus.BAD_REQUEST, str(error))
    if event.livemode != settings.STRIPE_LIVEMODE:
        return _refuse(HTTPStatus.BAD_REQUEST, "it is of the other mode, live or test")
    receive_event(event, now=timezone.now())
    _nudger.nudge()
    return HttpResponse(status=HTTPStatus.OK)


def _refuse(status: HTTPStatus, reason: str) -> HttpResponse:
    logger.warning("A webhook was refused: %s.", reason)
    return HttpResponse(status=status)


class _Nudger:
    """Nudges the draining task at most once per interval of this process."""

    def __init__(self) -> None:
        self._rests_until = 0.0

    def nudge(self) -> None:
        # Two threads may both find the time ripe: one nudge too many does nothing.
        if time.monotonic() >= self._rests_until:
            self._rests_until = time.monotonic() + NUDGE_INTERVAL
            nudge(drain_webhook_events, countdown=NUDGE_INTERVAL)


_nudger = _Nudger()
