"""Carry out a supporter's wish and say what came of it."""

import logging
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from payments.errors import (
    CardDeclined,
    GatewayRefused,
    GatewayUnauthorised,
    GatewayUnavailable,
    InvalidTransition,
)
from payments.models import RecurringPlan

logger = logging.getLogger(__name__)

_FAILED = "That did not work, and nothing has changed. Please write to us: the address is below."
_DECLINED = (
    "Your new card is saved, and your bank did not let us collect the payment that is open with it. Your bank can tell "
    "you why; you can also try another card."
)


def carry_out(
    request: HttpRequest,
    plan: RecurringPlan,
    command: Callable[[], object],
    *,
    done: str,
    then: str,
) -> HttpResponse:
    """Do it, keep a sentence about it for the next page, and lead there: it shows how the plan stands now."""
    try:
        command()
    except InvalidTransition:
        # Sent twice, or from a page that was open for long.
        logger.info("Plan %s is not as the page showed it.", plan)
    except (GatewayUnavailable, GatewayUnauthorised) as error:
        # The wish is written down; the card of the plan says that it is being passed on.
        logger.warning("The command to plan %s waits for Stripe: %s", plan, error)
    except CardDeclined as error:
        logger.info("The new card of plan %s was declined (%s).", plan, error.code)
        messages.warning(request, _DECLINED)
    except GatewayRefused:
        logger.exception("Stripe refused what the supporter of plan %s wanted.", plan)
        messages.error(request, _FAILED)
    else:
        messages.success(request, done)
    return redirect(then)
