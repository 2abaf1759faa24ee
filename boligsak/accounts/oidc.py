"""The municipality's own sign-in: whoever it lets in becomes a user, without any role."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class SignInAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """A first visit enters the user; what they may do is given by an administrator."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True
