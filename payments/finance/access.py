"""Who is at the finance desk, and which files they may have."""

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from payments.finance.exportables import EXPORTABLES
from payments.finance.models import Export
from payments.finance.table import Table
from payments.finance.tables import GROUPS


def person(request: HttpRequest) -> AbstractBaseUser:
    """Return who is signed in; raises PermissionDenied where nobody is."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user


def visible_groups(request: HttpRequest) -> list[tuple[str, list[Table]]]:
    """Return the reports that this person may see, by group; a group with none is left out."""
    visible = [
        (words, [table for table in tables if request.user.has_perm(table.permission)])
        for words, tables in GROUPS.items()
    ]
    return [(words, tables) for words, tables in visible if tables]


def visible_export(request: HttpRequest, reference: UUID) -> Export:
    """Return an export of one's own, or anyone's with the permission to see all exports.

    Whoever has since lost the right to a report or to personal data loses the files as well.
    Raises Http404 for a foreign export, so that it looks like none, and PermissionDenied.
    """
    export = get_object_or_404(
        Export.objects.select_related(
            "requested_by", "kept__period__locked_by", "kept__period__entity"
        ),
        reference=reference,
    )
    user = request.user
    if export.requested_by_id != user.pk and not user.has_perm("payments.view_export"):
        raise Http404
    if not user.has_perm(EXPORTABLES[export.report].permission):
        raise PermissionDenied
    if export.includes_personal_data and not user.has_perm("payments.view_personal_data"):
        raise PermissionDenied
    return export
