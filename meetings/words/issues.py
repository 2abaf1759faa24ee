"""Why something cannot be done to a system issue."""

from django.utils.translation import gettext as _

from boligsak.rule import RuleBroken
from meetings.models import IssueState

STATE_COLORS = {
    IssueState.OPEN: "warning",
    IssueState.WORKING: "info",
    IssueState.SOLVED: "success",
    IssueState.DROPPED: "neutral",
}


def refusal(broken: RuleBroken) -> str:
    """Why it was refused, and what mends it."""
    said = {
        "issue.office": _("Choose one of your own offices."),
        "issue.not_visible": _("The issue belongs to an office that is not yours."),
        "issue.changed": _(
            "Somebody else has written on the issue meanwhile. What you wrote stands here; look at "
            "the issue in another window, then save again."
        ),
        "issue.no_text": _("Say what has been done."),
        "issue.no_result": _("Say what came of it before the issue is ended."),
        "issue.state": _("The issue is over. Take it up again first."),
    }
    return said[broken.code]
