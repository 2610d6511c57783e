"""Prompts in the administration: to look things up; they are written at the prompts' desk."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from membership.prompts.models import (
    PromptBundle,
    PromptCampaign,
    PromptPublication,
    PromptRelease,
    PromptReview,
    PromptRevision,
    PromptRules,
)
from payments.read_only import ReadOnlyAdmin, ReadOnlyInline


class PromptRevisionInline(ReadOnlyInline):
    model = PromptRevision
    fields = ("number", "saved_at", "author", "note")
    ordering = ("-number",)


class PromptReviewInline(ReadOnlyInline):
    model = PromptReview
    fields = ("reviewed_at", "reviewer", "verdict", "note")
    show_change_link = False


@admin.register(PromptCampaign)
class PromptCampaignAdmin(ReadOnlyAdmin):
    list_display = ("key", "created_at", "created_by", "archived_at")
    list_select_related = ("created_by",)
    search_fields = ("key",)
    inlines = (PromptRevisionInline,)


@admin.register(PromptRevision)
class PromptRevisionAdmin(ReadOnlyAdmin):
    list_display = ("campaign", "number", "saved_at", "author", "note")
    list_select_related = ("campaign", "author")
    search_fields = ("=campaign__key",)
    inlines = (PromptReviewInline,)


@admin.register(PromptRules)
class PromptRulesAdmin(ReadOnlyAdmin):
    list_display = ("number", "saved_at", "author", "note")
    list_select_related = ("author",)
    inlines = (PromptReviewInline,)


@admin.register(PromptRelease)
class PromptReleaseAdmin(ReadOnlyAdmin):
    list_display = ("live_from", "campaign", "revision", "rules", "released_by", "withdrawn_at")
    list_select_related = ("campaign", "revision", "rules", "released_by")
    search_fields = ("=campaign__key",)


@admin.register(PromptBundle)
class PromptBundleAdmin(ReadOnlyAdmin):
    """The bundles without their bytes, which have an address of their own."""

    list_display = ("sha256", "compiled_at", "until")
    fields = ("sha256", "compiled_at", "until", "manifest")
    search_fields = ("=sha256",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("body")


@admin.register(PromptPublication)
class PromptPublicationAdmin(ReadOnlyAdmin):
    list_display = ("published_at", "kind", "bundle", "published_by", "reason")
    list_filter = ("kind",)
    list_select_related = ("published_by",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("bundle").defer("bundle__body")
