from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.http import HttpRequest

from membership.accounts.models import User, normalise_email
from payments.read_only import ReadOnlyAdmin

# allauth's own page prints the secrets of second factors, and its addresses are not what signs in
# here: the user's email is.
admin.site.unregister([Authenticator, EmailAddress])


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who works here. Nobody has a password: staff sign in by mailed code and second factor."""

    class Meta:
        model = User
        fields = ("email", "name", "is_staff", "is_active", "groups")

    def clean_email(self) -> str:
        return normalise_email(self.cleaned_data["email"])


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Staff and readers who can sign in. Roles are groups; single permissions are not given here."""

    form = UserForm
    list_display = ("email", "name", "is_staff", "is_active", "date_joined", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("=email", "name", "=reference")
    filter_horizontal = ("groups",)
    ordering = ("-id",)
    list_per_page = 50
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Nobody raises their own rights, nor those of whoever stands above the roles.
        if obj is not None and (obj.pk == request.user.pk or obj.is_superuser):
            return ("email", "is_staff", "is_active", "groups")
        return ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second factors, without their secrets. Deleting one lets its owner set up another."""

    list_display = ("user_email", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("=user__email",)
    ordering = ("-id",)
    exclude = ("data",)

    @admin.display(description="User", ordering="user__email")
    def user_email(self, authenticator: Authenticator) -> str:
        return str(authenticator.user.get_username())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and (obj.user_id == request.user.pk or obj.user.is_superuser):
            return False
        return request.user.has_perm("mfa.delete_authenticator")
