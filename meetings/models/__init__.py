from meetings.models.agenda import (
    Addition,
    AgendaItem,
    IssueNote,
    IssueState,
    ItemState,
    Minutes,
    SystemIssue,
)
from meetings.models.series import (
    Attendance,
    Meeting,
    MeetingState,
    Presence,
    Series,
    SeriesMember,
    Weekday,
)

__all__ = [
    "Addition",
    "AgendaItem",
    "Attendance",
    "IssueNote",
    "IssueState",
    "ItemState",
    "Meeting",
    "MeetingState",
    "Minutes",
    "Presence",
    "Series",
    "SeriesMember",
    "SystemIssue",
    "Weekday",
]
