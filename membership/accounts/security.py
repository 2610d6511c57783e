"""Security of your account: the page of second steps."""

from typing import Any

from allauth.mfa.base.views import IndexView

from membership.accounts.queries import is_staff_member


class SecurityView(IndexView):  # type: ignore[misc]  # allauth carries no types
    """allauth's list of second factors, which tells staff that they need one and, then, where it leads."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "works_here": is_staff_member(self.request.user)}
