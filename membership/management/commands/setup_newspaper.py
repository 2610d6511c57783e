import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from membership.setup.established import differing, established
from membership.setup.gathering import AnswersMissing, complete, read_file
from membership.setup.newspaper import ensure_campaign, ensure_entity
from membership.setup.prompts import ensure_default_prompts
from membership.setup.questions import QUESTIONS, Answers, AnswersRefused
from membership.setup.staff import ensure_staff
from membership.setup.steps import Outcome, Step
from membership.setup.stripe import connect_stripe
from membership.setup.surroundings import (
    check_address,
    check_broker,
    check_database,
    check_mail,
    check_storage,
)
from payments.models import Campaign, LegalEntity


class Command(BaseCommand):
    """Every step says what it found, made or could not do; nothing that is there is changed."""

    help = (
        "Take a migrated database to a first live campaign: legal entity, campaign, staff account "
        "with its second factor, Stripe's key and events. Safe to repeat. Answers come from flags, "
        "SETUP_… variables, a TOML file or prompts, in this order."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, help="A TOML file with the names below as keys.")
        parser.add_argument("--no-input", action="store_true", help="Never ask; for scripts.")
        parser.add_argument(
            "--add-staff",
            action="store_true",
            help="Make --staff-email a full administrator although there is one already.",
        )
        for question in QUESTIONS:
            parser.add_argument(question.flag, help=f"{question.words} ({question.variable}).")

    def handle(self, *args: Any, **options: Any) -> None:
        self.failures = 0
        self._report(check_database())
        if self.failures:
            raise CommandError("Nothing else can be done without the database.")
        for check in (check_address, check_broker, check_storage, check_mail):
            self._report(check())
        entity, campaign = self._make_rows(options)
        for step in connect_stripe(entity):
            self._report(step)
        if self.failures:
            raise CommandError("See to the failed steps above, then run this again.")
        page = reverse("membership:donate", args=[campaign.slug])
        self.stdout.write(f"\nReaders give at {settings.SITE_URL}{page}")

    def _make_rows(self, options: dict[str, Any]) -> tuple[LegalEntity, Campaign]:
        """Make what is missing in one transaction; refused answers are asked for again."""
        is_interactive = sys.stdin.isatty() and not options["no_input"]
        known, given = established(), self._given(options)
        notes = differing(given, known)
        given = {**known, **given}
        while True:
            try:
                answers = complete(given, input if is_interactive else None)
                entity, campaign, steps = self._make(answers, adds_staff=options["add_staff"])
            except AnswersMissing as error:
                flags = ", ".join(
                    question.flag for question in QUESTIONS if question.name in error.names
                )
                raise CommandError(f"These answers are missing: {flags}.") from error
            except EOFError as error:
                raise CommandError("The answers ended early; nothing was made.") from error
            except AnswersRefused as error:
                if not (is_interactive and _can_be_asked(error)):
                    raise CommandError(str(error)) from error
                for name, words in error.problems.items():
                    self.stdout.write(self.style.ERROR(f"{name}: {words}"))
                given = {name: text for name, text in answers.items() if name not in error.problems}
            else:
                for step in [*steps, *notes]:
                    self._report(step)
                return entity, campaign

    def _make(
        self, answers: Answers, *, adds_staff: bool
    ) -> tuple[LegalEntity, Campaign, list[Step]]:
        with transaction.atomic():
            entity, entity_step = ensure_entity(answers)
            campaign, campaign_steps = ensure_campaign(entity, answers)
            prompts_step = ensure_default_prompts(campaign)
            staff_steps = ensure_staff(answers, adds_staff=adds_staff)
        return entity, campaign, [entity_step, *campaign_steps, prompts_step, *staff_steps]

    def _given(self, options: dict[str, Any]) -> dict[str, str]:
        """Return what the person who runs this says: flags over the environment over the file."""
        try:
            from_file = read_file(options["file"]) if options["file"] else {}
        except (OSError, ValueError) as error:
            raise CommandError(f"The file cannot be used: {error}") from error
        from_environment = {
            question.name: os.environ[question.variable]
            for question in QUESTIONS
            if question.variable in os.environ
        }
        from_flags = {
            question.name: options[question.name]
            for question in QUESTIONS
            if options[question.name] is not None
        }
        return {**from_file, **from_environment, **from_flags}

    def _report(self, step: Step) -> None:
        style = {
            Outcome.OK: self.style.SUCCESS,
            Outcome.MADE: self.style.SUCCESS,
            Outcome.NOTE: self.style.WARNING,
            Outcome.FAILED: self.style.ERROR,
        }[step.outcome]
        self.failures += step.outcome is Outcome.FAILED
        self.stdout.write(f"{style(f'{step.outcome.value:<7}')} {step.title}: {step.words}")
        for line in step.once:
            self.stdout.write(f"          {line}")


def _can_be_asked(error: AnswersRefused) -> bool:
    """Say whether a prompt follows for each refused answer; the others would silently get their default."""
    return error.problems.keys() <= {question.name for question in QUESTIONS if question.asked}
