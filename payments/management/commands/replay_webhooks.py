"""Have stored Stripe events worked on anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from payments.nudge import nudge
from payments.periods import midnight
from payments.webhooks.actions import replay_event
from payments.webhooks.models import EventState
from payments.webhooks.queries import events_to_replay, unknown_ids
from payments.webhooks.tasks import drain_webhook_events


class Command(BaseCommand):
    """Replaying is harmless: what an event leads to is keyed by the fact, so it happens once."""

    help = "Have stored Stripe events worked on anew, chosen by id, type, state or time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="*", metavar="evt_…", help="Stripe's ids of the events")
        parser.add_argument("--type", default="", help="for instance invoice.paid")
        parser.add_argument("--state", default="", choices=EventState.values)
        parser.add_argument("--since", default="", help="a date or an ISO time (UTC), of arrival")
        parser.add_argument("--dry-run", action="store_true", help="list them and change nothing")

    def handle(self, *_: Any, **options: Any) -> None:
        chosen = events_to_replay(
            stripe_ids=tuple(options["ids"]),
            type_=options["type"],
            state=options["state"],
            since=_instant(options["since"]),
        )
        if not any(options[name] for name in ("ids", "type", "state", "since")):
            raise CommandError("Say which events: ids, --type, --state or --since.")
        now = timezone.now()
        replayed = 0
        for event in chosen.only("id", "stripe_id", "type", "state").iterator():
            self.stdout.write(f"{event.stripe_id} {event.type} {event.state}")
            if not options["dry_run"] and not replay_event(event.pk, now=now):
                self.stdout.write(
                    "  left alone: it is being worked on, or there is nothing to do for its type"
                )
                continue
            replayed += 1
        if options["dry_run"]:
            self.stdout.write(f"{replayed} events would be replayed.")
        else:
            nudge(drain_webhook_events)
            self.stdout.write(f"{replayed} events will be worked on anew.")
        if unknown := unknown_ids(options["ids"]):
            raise CommandError(f"There is no event {', '.join(unknown)}.")


def _instant(text: str) -> Any:
    if not text:
        return None
    try:
        if (instant := parse_datetime(text)) is not None:
            return instant if instant.tzinfo else timezone.make_aware(instant)
        if (day := parse_date(text)) is not None:
            return midnight(day, "UTC")
    except ValueError as error:
        raise CommandError(f"{text} is not a time: {error}.") from error
    raise CommandError(f"{text} is neither a date nor an ISO time.")
