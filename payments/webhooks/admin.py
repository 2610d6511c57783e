from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.http import require_POST

from payments.nudge import nudge
from payments.read_only import ReadOnlyAdmin
from payments.webhooks.actions import replay_event
from payments.webhooks.models import WebhookEvent
from payments.webhooks.tasks import drain_webhook_events

# Characters of an error that a list shows.
_NOTE = 80


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """What Stripe sent, what became of it, and the way to have it done again."""

    # What staff look for fits a narrow screen; ids and times to the second are on each event's page.
    list_display = ("state", "attempts", "type", "received", "short_note")
    list_display_links = ("type",)
    list_filter = ("state", "type", "livemode")
    search_fields = ("=stripe_id", "=object_id", "=subject")
    date_hierarchy = "received_at"
    ordering = ("-received_at", "-id")
    actions = ("replay_selected",)

    class Media:
        css: ClassVar = {"all": ["payments/events.css"]}

    @admin.display(description="Received (UTC)", ordering="received_at")
    def received(self, event: WebhookEvent) -> str:
        return f"{event.received_at:%Y-%m-%d %H:%M}"

    @admin.display(description="Error or reason")
    def short_note(self, event: WebhookEvent) -> str:
        return Truncator(event.note.splitlines()[-1]).chars(_NOTE) if event.note else ""

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Payloads name the payer.
        return () if request.user.has_perm("payments.view_personal_data") else ("payload",)

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.replay_webhookevent")

    @admin.action(description="Replay selected events", permissions=["replay"])
    def replay_selected(self, request: HttpRequest, events: QuerySet[WebhookEvent]) -> None:
        self._replay(request, list(events.order_by("created_at", "id")))

    def get_urls(self) -> list[URLPattern]:
        replay = path(
            "<path:object_id>/replay/",
            self.admin_site.admin_view(require_POST(self.replay_one)),
            name="payments_webhookevent_replay",
        )
        return [replay, *super().get_urls()]

    def replay_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Replay one event from its own page."""
        if not self.has_replay_permission(request):
            raise PermissionDenied
        self._replay(request, [get_object_or_404(WebhookEvent, pk=object_id)])
        return redirect("admin:payments_webhookevent_change", object_id)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        may_replay = self.has_replay_permission(request)
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "may_replay": may_replay}
        )

    def _replay(self, request: HttpRequest, events: list[WebhookEvent]) -> None:
        now = timezone.now()
        replayed = [event for event in events if replay_event(event.pk, now=now)]
        for event in replayed:
            self.log_change(request, event, "Replayed")
        nudge(drain_webhook_events)
        messages.info(request, f"{len(replayed)} of {len(events)} will be processed again.")
