"""What base.html needs to draw the frame around a page."""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context

from boligsak.accounts.queries import places
from boligsak.desk import navigation

register = template.Library()

# The design system's themes; another municipality names one of them in MUNICIPALITY["color"].
COLORS = ("accent", "brand1", "brand2", "neutral")


@register.simple_tag(takes_context=True)
def shell(context: Context) -> dict[str, Any]:
    """The municipality's name, logo and colour, and this reader's navigation.

    Works without a request too, for pages that are rendered when something is wrong.
    """
    municipality = getattr(settings, "MUNICIPALITY", {})
    color = municipality.get("color", "accent")
    request = context.get("request")
    links, search = navigation.of(request)
    return {
        "municipality": municipality.get("name", ""),
        "logo": municipality.get("logo", ""),
        "color": color if color in COLORS else "accent",
        "links": links,
        "places": places(request.user) if request is not None and links else [],
        "work_as": navigation.address("accounts:work_as"),
        "search": search,
        "set_language": navigation.address("set_language"),
        "log_out": navigation.address("account_logout"),
        "log_in": navigation.address("account_login"),
        "security": navigation.address("mfa_index"),
        "change_password": navigation.address("account_change_password"),
        "home": navigation.address("desk:home") or "/",
    }
