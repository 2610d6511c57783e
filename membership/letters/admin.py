from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html

from membership.accounts.models import User
from membership.letters.actions import resend_letter
from membership.letters.models import Letter, Suppression
from membership.letters.suppressing import hash_of, lift_suppression, suppression_of
from membership.letters.tasks import send_due_letters
from membership.supporters.admin import SupporterPage
from membership.supporters.models import Supporter
from payments.audit.actions import Subject, record_audit
from payments.nudge import nudge
from payments.read_only import ReadOnlyAdmin


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """Every letter with what became of it; a sent or failed one can be sent again."""

    list_display = ("kind", "supporter", "state", "attempts", "due_at", "sent_at", "short_error")
    list_filter = ("state", "kind")
    list_select_related = ("supporter",)
    search_fields = ("=reference", "=key", "=supporter__reference", "=supporter__email")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    actions = ("send_again",)

    @admin.display(description="Error")
    def short_error(self, letter: Letter) -> str:
        return letter.error.splitlines()[-1][:120] if letter.error else ""

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("membership.resend_letter")

    @admin.action(description="Send selected letters again", permissions=["resend"])
    def send_again(self, request: HttpRequest, letters: QuerySet[Letter]) -> None:
        now = timezone.now()
        chosen = list(letters.order_by("id"))
        resent = [letter for letter in chosen if resend_letter(letter.pk, now=now)]
        actor = cast(User, request.user)
        for letter in resent:
            self.log_change(request, letter, "Sent again")
            subject = Subject(
                "letter",
                str(letter.reference),
                before={"state": letter.state},
                after={"state": "due", "kind": letter.kind},
            )
            record_audit("letter_resent", subject, actor=actor, now=now)
        nudge(send_due_letters)
        messages.info(request, f"{len(resent)} of {len(chosen)} will be sent again.")


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    """Addresses that take no mail, found by the address itself although only its hash is kept."""

    list_display = ("recorded_at", "reason", "source", "supporter", "short_hash")
    list_filter = ("reason", "source")
    list_select_related = ("supporter",)
    search_fields = ("=address_hash", "=supporter__reference")
    search_help_text = "An email address, or a supporter's reference."
    ordering = ("-id",)
    actions = ("lift",)

    @admin.display(description="Address (hash)")
    def short_hash(self, suppression: Suppression) -> str:
        return suppression.address_hash[:12]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Suppression], search_term: str
    ) -> tuple[QuerySet[Suppression], bool]:
        term = hash_of(search_term) if "@" in search_term else search_term
        return super().get_search_results(request, queryset, term)

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("membership.lift_suppression")

    @admin.action(description="Let mail go there again", permissions=["lift"])
    def lift(self, request: HttpRequest, suppressions: QuerySet[Suppression]) -> None:
        now = timezone.now()
        lifted = [
            each
            for each in suppressions.order_by("id")
            if lift_suppression(each.pk, source=f"staff {request.user.pk}", now=now)
        ]
        for each in lifted:
            self.log_change(request, each, "Lifted")
        messages.info(request, f"{len(lifted)} addresses take mail again.")


@admin.register(Supporter)
class SupporterAdmin(SupporterPage):
    """A supporter's page with whether mail reaches them: what support is asked when a letter never came."""

    readonly_fields = ("mail", "letters")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        unseen = () if request.user.has_perm("membership.view_suppression") else ("mail",)
        if not request.user.has_perm("membership.view_letter"):
            unseen = (*unseen, "letters")
        return [name for name in super().get_readonly_fields(request, obj) if name not in unseen]

    @admin.display(description="Mail to this address")
    def mail(self, supporter: Supporter) -> str:
        address_hash = hash_of(supporter.email)
        held = suppression_of(supporter.email)
        if held is None:
            return format_html("Is sent. {}", _found("suppression", address_hash, "Its history"))
        return format_html(
            "Is not sent since {}: {}, says {} ({}). {}",
            date_format(timezone.localtime(held.recorded_at), "DATETIME_FORMAT"),
            held.get_reason_display().lower(),
            held.source,
            held.event_id or "an event without an id",
            _found("suppression", address_hash, "Its history"),
        )

    @admin.display(description="Letters")
    def letters(self, supporter: Supporter) -> str:
        return _found("letter", str(supporter.reference), "Letters to this supporter")


def _found(model: str, term: str, words: str) -> str:
    """Return a link to the rows that the admin page of `model` finds by `term`."""
    address = reverse(f"admin:membership_{model}_changelist", query={"q": term})
    return format_html('<a href="{}">{}</a>', address, words)
