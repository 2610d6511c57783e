"""One row by one statement: all that stands between Stripe and its answer."""

from functools import cache
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Field

from payments.webhooks.models import WebhookEvent


def insert_once(row: WebhookEvent) -> None:
    """Insert `row` unless its event is there already.

    The ORM has no insert that both ignores a conflict and spares the transaction around it, which would be two more
    round trips for each event. Names come from the model and values from its fields.
    """
    fields, statement = _statement()
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    # The statement finds out by itself whether a connection of an earlier request still lives; Django would ask first,
    # with a round trip as long as the insert's.
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        _execute(statement, values)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        _execute(statement, values)


def _execute(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@cache
def _statement() -> tuple[tuple["Field[Any, Any]", ...], str]:
    meta = WebhookEvent._meta  # noqa: SLF001  Django documents it for such uses
    fields = tuple(field for field in meta.concrete_fields if not field.primary_key)
    # Both engines understand the conflict clause and the same quotes.
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return (
        fields,
        f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING',  # noqa: S608
    )
