"""The sandbox answers as one reviewed API version does, and nothing changes that silently."""

import stripe

from tests.sandbox.contract import REVIEWED_API_VERSION


def test_the_sdk_speaks_the_version_whose_shapes_were_reviewed() -> None:
    assert stripe.api_version == REVIEWED_API_VERSION, (
        "stripe-python now speaks another API version. Review every shape in tests/sandbox/engine "
        "against it, then change REVIEWED_API_VERSION."
    )
