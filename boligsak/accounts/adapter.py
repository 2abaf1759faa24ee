"""How people get in: nobody makes a user for themselves."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Users are entered by an administrator, or by the municipality's own sign-in (oidc.py)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
