"""Reads about signing in."""

from membership.accounts.models import SignInCode, User


def code_address(reference: str) -> str | None:
    """Return the address that a waiting code was mailed to, None when it waits no more."""
    row = SignInCode.objects.filter(reference=reference).first()
    return row.email if row else None


def is_staff_member(user: User) -> bool:
    """Say whether `user` works here: marked as staff, or in a group, as every group is a role of staff."""
    return user.is_active and (user.is_staff or user.groups.exists())
