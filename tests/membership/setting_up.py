"""The set-up command as tests run it."""

from io import StringIO
from typing import Any

from django.core.management import call_command

ANSWERS = """
legal_name = "Harbour Courier Limited"
trading_name = "The Harbour Courier"
address = "1 Quay Street; Harbourtown; HT1 1AA"
contact_email = "support@courier.example"
currencies = ["GBP", "JPY"]
once = [5, 10, "25.50"]
staff_email = "Chief@Courier.example"
"""


def run(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command("setup_newspaper", *args, no_input=True, stdout=out, no_color=True, **options)
    return out.getvalue()
