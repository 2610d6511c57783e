"""What tests and the control panel do that Stripe's API cannot, one function an action, without HTTP."""

from collections.abc import Callable
from typing import Any

from tests.sandbox.controls import clock, faults, money, payments, platform, webhooks
from tests.sandbox.engine.account import Account

Control = Callable[[Account, dict[str, Any]], dict[str, Any]]

CONTROLS: dict[str, Control] = {
    **platform.CONTROLS,
    **clock.CONTROLS,
    **faults.CONTROLS,
    **money.CONTROLS,
    **payments.CONTROLS,
    **webhooks.CONTROLS,
}
"""By the name under which the client posts them: ``POST /_control/<name>`` with a JSON body.

A control answers with plain JSON; it raises StripeRefusal or ValueError for what it cannot do.
"""
