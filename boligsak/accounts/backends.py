"""The one place that answers `user.has_perm(name)`."""

from django.contrib.auth.backends import BaseBackend


class GrantsBackend(BaseBackend):
    """Permissions from role assignments. Stands after ModelBackend, so sessions keep their backend.

    Superusers are not special: `ModelBackend` would grant them everything, so nobody is made one
    (the administrator role has its grants like any other).
    """

    def has_perm(self, user_obj, perm: str, obj=None) -> bool:
        if not user_obj.is_authenticated or not user_obj.is_active:
            return False
        return user_obj.has_perm(perm, obj)
