"""The letter that says that a yearly statement is ready."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from membership.letters.actions import write_letter
from membership.letters.models import Letter
from membership.supporters.models import Supporter
from payments.models import Statement


def announce_statement(statement_id: int, *, now: datetime) -> Letter | None:
    """Make the letter due about the first version of a statement; a correction is told on My support only."""
    statement = Statement.objects.get(pk=statement_id)
    if statement.version > 1:
        return None
    content = statement.content
    known = (
        Supporter.objects.select_related("merged_into").filter(reference=statement.party).first()
    )
    gifts = [line for line in content["lines"] if line["minor"] > 0]
    return write_letter(
        "statement",
        key=str(statement.reference),
        supporter=(known.merged_into or known) if known else None,
        context={
            "locale": content["locale"],
            "issuer": content["issuer"],
            "payer_name": content["payer_name"],
            "payer_email": content["payer_email"],
            "year": content["title"].removeprefix("Statement for "),
            "first_on": content["first"],
            "last_on": content["last"],
            "totals": [total["text"] for total in content["totals"]],
            "count": len(gifts),
            "manage_url": settings.SITE_URL + reverse("membership:statements"),
        },
        now=now,
    )
