"""The one door to mentions: whoever shows, counts, changes or exports them asks here what somebody may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from storage.models import Mention, Role, User

SEES_ALL = frozenset({Role.SUPERVISOR, Role.ADMIN})  # also what is confidential
DECIDES = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})  # whom work can be given to


def visible_to(user: User) -> QuerySet[Mention]:
    """The mentions that somebody may see.

    What is confidential is seen by supervisors and admins, by whoever it is assigned to, and by who marked it.
    """
    if not user.is_active:
        return Mention.objects.none()
    if user.role in SEES_ALL:
        return Mention.objects.all()
    return Mention.objects.filter(Q(confidential=False) | Q(assignee=user.pk) | Q(confidential_by=user.pk))
