"""Who is at the desk."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from membership.accounts.models import User

may_edit = permission_required("membership.edit_prompts", raise_exception=True)
may_review = permission_required("membership.review_prompts", raise_exception=True)
may_publish = permission_required("membership.publish_prompts", raise_exception=True)


def editor(request: HttpRequest) -> User:
    """Return who is signed in; raises PermissionDenied where nobody is."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
