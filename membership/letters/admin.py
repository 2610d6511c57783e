from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from membership.letters.actions import resend_letter
from membership.letters.models import Letter, Suppression
from membership.letters.suppressing import hash_of, lift_suppression
from membership.letters.tasks import send_due_letters
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
        for letter in resent:
            self.log_change(request, letter, "Sent again")
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
