from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from membership.letters.actions import resend_letter
from membership.letters.models import Letter
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
